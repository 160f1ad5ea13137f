package main

import (
	"context"
	"fmt"
	"runtime/trace"
	"sync"
	"time"
)

// recordBig runs all kinds of work until the trace is -mb megabytes long. The
// tracer hands out its buffers late, so the file ends somewhat longer.
func recordBig(s *sink) error {
	if err := trace.Start(s); err != nil {
		return err
	}
	want := int64(wantedMB) * 1_000_000
	full := func() bool { return s.err != nil || s.count.get() >= want }

	var wg sync.WaitGroup
	for i := 0; i < 16; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			chatter(i, full)
		}(i)
	}
	var err error
	for !full() && err == nil {
		err = runSome()
		time.Sleep(20 * time.Millisecond)
	}
	wg.Wait()
	trace.Stop()
	return err
}

// runSome is one round of the other workloads: a bit of everything between
// the mass of channel events.
func runSome() error {
	for _, run := range []func() error{runHTTP, runAnnot, runChans, runSys} {
		if err := run(); err != nil {
			return err
		}
	}
	return nil
}

// chatter plays ping-pong over channels, in tasks and regions, until full.
// It starts its partner anew for each task: goroutines come and go.
func chatter(id int, full func() bool) {
	for round := 0; !full(); round++ {
		ctx, task := trace.NewTask(context.Background(), fmt.Sprintf("chatter %d", id%4))
		ping, pong := make(chan int), make(chan int)
		go func() {
			defer close(pong)
			for n := range ping {
				pong <- n + 1
			}
		}()
		for i := 0; i < 20; i++ {
			region := trace.StartRegion(ctx, "exchange")
			for n := 0; n < 10; n++ {
				ping <- n
				<-pong
			}
			region.End()
		}
		trace.Logf(ctx, "round", "%d", round)
		close(ping)
		<-pong
		task.End()
	}
}
