package main

import (
	"fmt"
	"net"
	"sync"
)

type network struct {
	mutex sync.RWMutex
	ports map[string]*port
	byMac map[[6]byte]*port
}

type port struct {
	name   string
	device *tap
	// Guarded by the network's mutex; from this port to the one of the given name.
	links map[string]*link
}

func newNetwork() *network {
	return &network{ports: map[string]*port{}, byMac: map[[6]byte]*port{}}
}

func (n *network) plug(name, mac string) error {
	address, err := net.ParseMAC(mac)
	if err != nil || len(address) != 6 {
		return fmt.Errorf("plug %s: %q is no hardware address", name, mac)
	}
	device, err := openTap(name)
	if err != nil {
		return fmt.Errorf("plug %s: %w", name, err)
	}
	added := &port{name: name, device: device, links: map[string]*link{}}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for _, other := range n.ports {
		added.links[other.name] = newLink(other.device)
		other.links[name] = newLink(device)
	}
	n.ports[name] = added
	n.byMac[[6]byte(address)] = added
	go n.forward(added)
	return nil
}

func (n *network) setLink(from, to string, settings linkSettings) error {
	n.mutex.RLock()
	defer n.mutex.RUnlock()
	if port := n.ports[from]; port != nil && port.links[to] != nil {
		port.links[to].set(settings)
		return nil
	}
	return fmt.Errorf("no link from %q to %q", from, to)
}

func (n *network) counts() map[string]linkCounts {
	n.mutex.RLock()
	defer n.mutex.RUnlock()
	all := map[string]linkCounts{}
	for _, from := range n.ports {
		for to, link := range from.links {
			all[from.name+">"+to] = link.counts()
		}
	}
	return all
}

// Sends each frame of a port to the port of its destination, or to all others if it is for many.
func (n *network) forward(from *port) {
	buffer := make([]byte, headerBytes+maxFrameBytes)
	for {
		size, err := from.device.Read(buffer)
		if err != nil {
			return
		}
		if size < headerBytes+14 {
			continue
		}
		destination := [6]byte(buffer[headerBytes : headerBytes+6])
		n.mutex.RLock()
		if to := n.byMac[destination]; to != nil && to != from {
			from.links[to.name].send(buffer[:size])
		} else if destination[0]&1 == 1 {
			for _, link := range from.links {
				link.send(buffer[:size])
			}
		}
		n.mutex.RUnlock()
	}
}
