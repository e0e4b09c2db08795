package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// From linux/if_tun.h and linux/virtio_net.h.
const (
	tunSetInterface = 0x400454ca
	tunSetOffload   = 0x400454d0
	tapWithHeader   = 0x0002 | 0x1000 | 0x4000 // IFF_TAP, IFF_NO_PI, IFF_VNET_HDR
	offloads        = 0x01 | 0x02 | 0x04       // checksums and segmentation of TCP over IPv4 and IPv6
	headerBytes     = 10
	maxFrameBytes   = 65536 + 14
)

// A tap device. Each frame comes with a header that says what the kernel left undone (checksum, segmentation); the
// switch passes it on, so that TCP moves in pieces of up to 64 KB and nothing is ever summed.
type tap struct{ *os.File }

func openTap(name string) (*tap, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:15], name)
	request.flags = tapWithHeader
	if err := ioctl(fd, tunSetInterface, uintptr(unsafe.Pointer(&request))); err != nil {
		return nil, fmt.Errorf("make the device: %w", err)
	}
	if err := ioctl(fd, tunSetOffload, offloads); err != nil {
		return nil, fmt.Errorf("set offloads: %w", err)
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return &tap{os.NewFile(uintptr(fd), name)}, nil
}

func ioctl(fd int, request, argument uintptr) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), request, argument); errno != 0 {
		return errno
	}
	return nil
}
