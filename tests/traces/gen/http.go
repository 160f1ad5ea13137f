package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// runHTTP lets eight clients ask a server on loopback for pages of growing
// size: network polling, goroutines that start each other, short blocks.
func runHTTP() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/page", servePage)
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	defer server.Close()

	transport := &http.Transport{MaxIdleConnsPerHost: 8}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}

	const clients, rounds = 8, 25
	failed := make(chan error, clients)
	var wg sync.WaitGroup
	for c := 0; c < clients; c++ {
		wg.Add(1)
		go func(c int) {
			defer wg.Done()
			for r := 0; r < rounds; r++ {
				if err := fetch(client, fmt.Sprintf("http://%s/page?n=%d", l.Addr(), c*rounds+r)); err != nil {
					failed <- err
					return
				}
			}
		}(c)
	}
	wg.Wait()
	close(failed)
	return <-failed
}

func servePage(w http.ResponseWriter, r *http.Request) {
	var n int
	fmt.Sscan(r.FormValue("n"), &n)
	if n%50 == 0 {
		time.Sleep(2 * time.Millisecond)
	}
	burn(1000)
	for i := 0; i <= n; i++ {
		fmt.Fprintf(w, "line %d of %d\n", i, n)
	}
}

func fetch(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
