// Pause holds a pod's namespaces open. It is the init of whatever process
// namespace it is started in, so it also reaps: without that, a container's
// orphans would stay as zombies. The test cluster runs as its child as well.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for {
		reap()
		if s := <-signals; s != syscall.SIGCHLD {
			os.Exit(0)
		}
	}
}

// reap collects every child that has ended by now.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
	}
}
