package main

import (
	"context"
	"runtime/trace"
	"sync"
	"time"
)

// doAThing is what people write when they want one function traced: start,
// defer stop, do the thing.
func doAThing(s *sink) error {
	if err := trace.Start(s); err != nil {
		return err
	}
	defer trace.Stop()

	ctx, task := trace.NewTask(context.Background(), "doAThing")
	defer task.End()

	var wg sync.WaitGroup
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func(n int) {
			defer wg.Done()
			defer trace.StartRegion(ctx, "part").End()
			time.Sleep(time.Duration(n) * time.Millisecond)
			burn(200_000 * (n + 1))
		}(i)
	}
	wg.Wait()
	return nil
}

// burned keeps burn's result alive.
var burned counter

// burn is work for a processor that the compiler cannot take away.
func burn(rounds int) {
	x := uint64(rounds)
	for i := 0; i < rounds; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	burned.add(int64(x & 1))
}
