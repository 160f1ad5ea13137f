package main

import (
	"sync"
	"time"
)

// runChans blocks goroutines in every way that package sync and channels know.
func runChans() error {
	pipelines(200, 20)
	selects(50)
	broadcast(100)
	mutexes(20, 50)
	return nil
}

// pipelines sends each of n numbers through a chain of goroutines.
func pipelines(n, length int) {
	first := make(chan int)
	in := first
	for i := 0; i < length; i++ {
		out := make(chan int, i%3)
		go func(in <-chan int, out chan<- int) {
			defer close(out)
			for v := range in {
				out <- v + 1
			}
		}(in, out)
		in = out
	}
	go func() {
		defer close(first)
		for i := 0; i < n; i++ {
			first <- i
		}
	}()
	for range in {
	}
}

// selects lets a goroutine wait for three sources at once.
func selects(n int) {
	left, right, quit := make(chan int), make(chan int), make(chan bool)
	feed := func(c chan<- int) {
		for i := 0; i < n; i++ {
			c <- i
			if i%10 == 0 {
				time.Sleep(50 * time.Microsecond)
			}
		}
		quit <- true
	}
	go feed(left)
	go feed(right)
	for done := 0; done < 2; {
		select {
		case <-left:
		case <-right:
		case <-quit:
			done++
		case <-time.After(time.Second):
		}
	}
}

// broadcast wakes n goroutines at once, and waits for them.
func broadcast(n int) {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	open := false
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			mu.Lock()
			for !open {
				cond.Wait()
			}
			mu.Unlock()
			burn(500)
		}()
	}
	time.Sleep(time.Millisecond)
	mu.Lock()
	open = true
	mu.Unlock()
	cond.Broadcast()
	wg.Wait()
}

// mutexes lets n goroutines quarrel about one lock.
func mutexes(n, rounds int) {
	var mu sync.Mutex
	var rw sync.RWMutex
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			for r := 0; r < rounds; r++ {
				mu.Lock()
				burn(2000)
				mu.Unlock()
				if (i+r)%10 == 0 {
					rw.Lock()
					time.Sleep(10 * time.Microsecond)
					rw.Unlock()
				} else {
					rw.RLock()
					burn(100)
					rw.RUnlock()
				}
			}
		}(i)
	}
	wg.Wait()
}
