package main

import "sync/atomic"

// A counter is written by the tracer's goroutine and read by a workload.
type counter struct{ n int64 }

func (c *counter) add(n int64) { atomic.AddInt64(&c.n, n) }
func (c *counter) get() int64  { return atomic.LoadInt64(&c.n) }
