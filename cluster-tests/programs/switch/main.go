// Command switch is the network of the cluster tests: an Ethernet switch in user space whose links can be slow, lossy
// or silent in one direction, and doors, which are TCP and unix sockets that lead from one network namespace into
// another. It exists because neither needs anything of the kernel but tap devices, where netem is a module many lack.
//
// It reads one JSON command a line from standard input, answers each with one line, and ends with its input.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
)

// The main thread must never enter another namespace: by its namespace the tests tell which node a process belongs to.
func init() { runtime.LockOSThread() }

type command struct {
	Do   string `json:"do"`
	Name string `json:"name"`

	// plug: makes a tap device of that name, behind which the machine with this hardware address will be.
	Mac string `json:"mac"`

	// link: how frames go from one port to another.
	From string       `json:"from"`
	To   string       `json:"to"`
	Link linkSettings `json:"link"`

	// door and aim.
	Listen endpoint `json:"listen"`
	Target endpoint `json:"target"`
}

type answer struct {
	Error  string                `json:"error,omitempty"`
	Counts map[string]linkCounts `json:"counts,omitempty"`
}

func main() {
	network, doors := newNetwork(), newDoors()
	output := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked command
		result, err := answer{}, json.Unmarshal(lines.Bytes(), &asked)
		if err == nil {
			result, err = obey(asked, network, doors)
		}
		if err != nil {
			result.Error = err.Error()
		}
		if output.Encode(result) != nil {
			return
		}
	}
}

func obey(asked command, network *network, doors *doors) (answer, error) {
	switch asked.Do {
	case "plug":
		return answer{}, network.plug(asked.Name, asked.Mac)
	case "link":
		return answer{}, network.setLink(asked.From, asked.To, asked.Link)
	case "counts":
		return answer{Counts: network.counts()}, nil
	case "door":
		return answer{}, doors.open(asked.Name, asked.Listen, asked.Target)
	case "aim":
		return answer{}, doors.aim(asked.Name, asked.Target)
	case "shut":
		return answer{}, doors.shut(asked.Name)
	}
	return answer{}, fmt.Errorf("unknown command %q", asked.Do)
}
