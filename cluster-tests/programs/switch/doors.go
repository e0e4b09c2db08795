package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"syscall"
)

// One end of a door: a unix socket, or a TCP address inside a network namespace.
type endpoint struct {
	Socket    string `json:"socket"`
	Namespace string `json:"namespace"`
	Address   string `json:"address"`
}

// A door passes connections on from where it listens to where it is aimed.
type door struct {
	listener net.Listener
	mutex    sync.Mutex
	target   endpoint
	open     map[net.Conn]bool
}

type doors struct{ byName map[string]*door }

func newDoors() *doors { return &doors{map[string]*door{}} }

func (d *doors) open(name string, listen, target endpoint) error {
	if d.byName[name] != nil {
		return fmt.Errorf("door %q is open already", name)
	}
	listener, err := listenAt(listen)
	if err != nil {
		return fmt.Errorf("door %q: %w", name, err)
	}
	added := &door{listener: listener, target: target, open: map[net.Conn]bool{}}
	d.byName[name] = added
	go added.accept()
	return nil
}

// Sends what comes from now on elsewhere, and ends what came before.
func (d *doors) aim(name string, target endpoint) error {
	door := d.byName[name]
	if door == nil {
		return fmt.Errorf("no door %q", name)
	}
	door.mutex.Lock()
	defer door.mutex.Unlock()
	door.target = target
	door.closeAll()
	return nil
}

func (d *doors) shut(name string) error {
	door := d.byName[name]
	if door == nil {
		return fmt.Errorf("no door %q", name)
	}
	delete(d.byName, name)
	door.listener.Close()
	door.mutex.Lock()
	defer door.mutex.Unlock()
	door.closeAll()
	return nil
}

func (d *door) closeAll() {
	for connection := range d.open {
		connection.Close()
	}
}

func (d *door) accept() {
	for {
		inner, err := d.listener.Accept()
		if err != nil {
			return
		}
		go d.pass(inner)
	}
}

func (d *door) pass(near net.Conn) {
	d.mutex.Lock()
	target := d.target
	d.open[near] = true
	d.mutex.Unlock()
	defer d.forget(near)

	far, err := dialTo(target)
	if err != nil {
		reset(near)
		return
	}
	d.mutex.Lock()
	d.open[far] = true
	d.mutex.Unlock()
	defer d.forget(far)

	var directions sync.WaitGroup
	directions.Go(func() { copyOneWay(far, near) })
	directions.Go(func() { copyOneWay(near, far) })
	directions.Wait()
}

func (d *door) forget(connection net.Conn) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	delete(d.open, connection)
	connection.Close()
}

// Passes bytes on, and how they ended: a half-close stays one, an error ends both directions.
func copyOneWay(to, from net.Conn) {
	_, err := io.Copy(to, from)
	half, isHalf := to.(interface{ CloseWrite() error })
	if err == nil && isHalf {
		half.CloseWrite()
		return
	}
	reset(to)
	reset(from)
}

func reset(connection net.Conn) {
	if tcp, ok := connection.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	connection.Close()
}

func listenAt(place endpoint) (net.Listener, error) {
	if place.Socket != "" {
		return net.Listen("unix", place.Socket)
	}
	return inNamespace(place.Namespace, func() (net.Listener, error) { return net.Listen("tcp", place.Address) })
}

func dialTo(place endpoint) (net.Conn, error) {
	if place.Socket != "" {
		return net.Dial("unix", place.Socket)
	}
	return inNamespace(place.Namespace, func() (net.Conn, error) { return net.Dial("tcp", place.Address) })
}

// Runs build on a thread that has entered the namespace and is never used again. What it makes stays in that namespace.
func inNamespace[T any](path string, build func() (T, error)) (made T, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if err = enter(path); err == nil {
			made, err = build()
		}
	}()
	<-done
	return made, err
}

func enter(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, _, errno := syscall.RawSyscall(setns, file.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
		return fmt.Errorf("enter %s: %w", path, errno)
	}
	return nil
}
