package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// runSys asks the kernel: files written, synced and read back, a pipe between
// goroutines, system calls that block, goroutines that own their thread.
func runSys() error {
	dir, err := os.MkdirTemp("", "gen-sys-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	const workers = 6
	failed := make(chan error, workers+1)
	var wg sync.WaitGroup
	for i := 0; i < workers; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			if i%2 == 0 {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
			}
			failed <- files(filepath.Join(dir, fmt.Sprint(i)))
			blockInKernel(3 * time.Millisecond)
		}(i)
	}
	failed <- pipe(200)
	wg.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

func files(path string) error {
	block := bytes.Repeat([]byte("block of text\n"), 1024)
	for round := 0; round < 20; round++ {
		if err := os.WriteFile(path, block, 0o600); err != nil {
			return err
		}
		if _, err := os.ReadFile(path); err != nil {
			return err
		}
		for i := 0; i < 20; i++ {
			syscall.Getppid()
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// blockInKernel sleeps in a system call, not in Go's scheduler, so that the
// runtime takes the P away.
func blockInKernel(d time.Duration) {
	rest := syscall.NsecToTimespec(int64(d))
	for syscall.Nanosleep(&rest, &rest) == syscall.EINTR {
	}
}

func pipe(rounds int) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	go func() {
		defer w.Close()
		for i := 0; i < rounds; i++ {
			fmt.Fprintln(w, "round", i)
			if i%20 == 0 {
				time.Sleep(100 * time.Microsecond)
			}
		}
	}()
	_, err = io.Copy(io.Discard, r)
	return err
}
