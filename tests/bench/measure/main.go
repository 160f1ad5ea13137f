// Measure runs a command that talks to a server, through a relay of its own, and
// prints what it cost as one line:
//
//	sent received wall_s cpu_s peak_kB first_s
//
// sent and received are the bytes of the TCP streams, TLS included; first_s is
// when the first line of output was there. In the command, RELAY stands for the
// relay's host and port.
//
//	measure RELAY_PORT SERVER_HOST:PORT COMMAND...
//
// The port is the caller's choice, because kubectl keeps what it learned about a
// server under its address.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

func carry(to, from *net.TCPConn, count *atomic.Int64) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		count.Add(int64(n))
		if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
			to.CloseWrite()
			return
		}
	}
}

func relay(listener net.Listener, target string, sent, received *atomic.Int64) {
	for {
		in, err := listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", target)
		if err != nil {
			in.Close()
			continue
		}
		go carry(out.(*net.TCPConn), in.(*net.TCPConn), sent)
		go carry(in.(*net.TCPConn), out.(*net.TCPConn), received)
	}
}

// The most memory that the process was seen to hold. Not its rusage: that counts
// what this program held when it forked, too.
func peak(pid int, done <-chan bool) int {
	most := 0
	for {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if at := bytes.Index(text, []byte("VmHWM:")); err == nil && at >= 0 {
			now := 0
			fmt.Sscanf(string(text[at:]), "VmHWM: %d", &now)
			most = max(most, now)
		}
		select {
		case <-done:
			return most
		case <-time.After(time.Millisecond):
		}
	}
}

func run() error {
	if len(os.Args) < 4 {
		return fmt.Errorf("usage: measure RELAY_PORT HOST:PORT COMMAND...")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		return err
	}
	var sent, received atomic.Int64
	go relay(listener, os.Args[2], &sent, &received)
	args := os.Args[3:]
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "RELAY", listener.Addr().String())
	}
	command := exec.Command(args[0], args[1:]...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		return err
	}
	done, held := make(chan bool), make(chan int)
	go func() { held <- peak(command.Process.Pid, done) }()
	out.Read(make([]byte, 1))
	first := time.Since(began)
	io.Copy(io.Discard, out)
	err = command.Wait()
	wall := time.Since(began)
	close(done)
	usage := command.ProcessState
	fmt.Printf("%d %d %.3f %.3f %d %.3f\n", sent.Load(), received.Load(), wall.Seconds(),
		(usage.UserTime() + usage.SystemTime()).Seconds(), <-held, first.Seconds())
	return err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}
