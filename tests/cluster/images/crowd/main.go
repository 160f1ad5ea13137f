// Crowd fills a cluster with pods that nobody runs: what a list and a watch of a
// big cluster cost depends on the objects alone. They look like those of real
// workloads: labels, annotations, volumes, environment, owners, managed fields,
// and a status in all the ways that pods get on.
//
//	crowd -server URL -ca FILE [-pods N] [-namespaces N]   the token on stdin
//	crowd -server URL -ca FILE -churn N -seconds S         so many pods of these change each second
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var (
	server     = flag.String("server", "", "of the API")
	ca         = flag.String("ca", "", "file of the certificate authority")
	pods       = flag.Int("pods", 5000, "how many")
	namespaces = flag.Int("namespaces", 500, "among which they are spread")
	parallel   = flag.Int("parallel", 24, "requests at a time")
	churn      = flag.Int("churn", 0, "changes a second, instead of filling")
	seconds    = flag.Int("seconds", 10, "how long to change")
)

type object = map[string]any
type list = []any

var (
	client *http.Client
	token  string
)

func connect() error {
	pem, err := os.ReadFile(*ca)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	// HTTP/1.1 over many connections: here it is faster than streams of one.
	client = &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool},
		MaxIdleConnsPerHost: *parallel,
	}}
	token, err = bufio.NewReader(os.Stdin).ReadString('\n')
	token = strings.TrimSpace(token)
	if token == "" {
		return fmt.Errorf("no token on stdin: %v", err)
	}
	return nil
}

// Whether it was there already.
func send(method, path, kind string, body object) (bool, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return false, err
	}
	request, err := http.NewRequest(method, *server+path, bytes.NewReader(text))
	if err != nil {
		return false, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", kind)
	request.Header.Set("User-Agent", "kube-controller-manager")
	answer, err := client.Do(request)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	words, _ := io.ReadAll(answer.Body)
	there := answer.StatusCode == http.StatusConflict
	if answer.StatusCode >= 300 && !there {
		return false, fmt.Errorf("%s %s: %s: %.200s", method, path, answer.Status, words)
	}
	return there, nil
}

// Does the work of 0 to n-1, some at a time; the first error ends it.
func spread(n int, work func(i int) error) error {
	var next atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, *parallel)
	for w := 0; w < *parallel; w++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := work(i); err != nil {
					next.Store(int64(n))
					failed <- err
					return
				}
			}
		}()
	}
	wait.Wait()
	close(failed)
	return <-failed
}

var (
	teams = []string{"billing", "search", "media", "identity", "orders", "mail", "maps"}
	apps  = []string{"api", "worker", "frontend", "cache", "ingest", "scheduler", "gateway", "indexer"}
)

func namespaceOf(i int) string {
	n := i % *namespaces
	return fmt.Sprintf("team-%s-%03d", teams[n%len(teams)], n)
}

// As a ReplicaSet would name it.
func nameOf(i int) string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	suffix, at := make([]byte, 5), uint32(i)*2654435761
	for c := range suffix {
		suffix[c] = letters[at%27]
		at /= 27
	}
	return fmt.Sprintf("%s-%08x-%s", apps[i / *namespaces % len(apps)], uint32(i / *namespaces)*40503+7, suffix)
}

func container(name string, i int) object {
	return object{
		"name":  name,
		"image": fmt.Sprintf("registry.example.com/%s/%s:1.%d.0", teams[i%len(teams)], name, i%40),
		"args":  list{"--listen=:8080", "--log-level=info"},
		"ports": list{object{"name": "http", "containerPort": 8080}},
		"env": list{
			object{"name": "POD_NAME", "valueFrom": object{"fieldRef": object{"fieldPath": "metadata.name"}}},
			object{"name": "GOMEMLIMIT", "value": "400MiB"},
			object{"name": "DATABASE", "value": "postgres://db." + namespaceOf(i) + ".svc:5432/app"},
		},
		"resources":    object{"requests": object{"cpu": "100m", "memory": "128Mi"}, "limits": object{"memory": "512Mi"}},
		"volumeMounts": list{object{"name": "config", "mountPath": "/etc/app"}, object{"name": "traces", "mountPath": "/tmp/trace_dir"}},
		"livenessProbe": object{"httpGet": object{"path": "/healthz", "port": 8080},
			"periodSeconds": 10, "failureThreshold": 3},
	}
}

func pod(i int) object {
	app := apps[i / *namespaces % len(apps)]
	owner := nameOf(i)[:len(nameOf(i))-6]
	return object{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": object{
			"name": nameOf(i), "namespace": namespaceOf(i),
			"labels": object{"app.kubernetes.io/name": app, "app.kubernetes.io/instance": app + "-" + namespaceOf(i),
				"app.kubernetes.io/managed-by": "Helm", "pod-template-hash": owner[len(owner)-8:], "tier": []string{"front", "back"}[i%2]},
			"annotations": object{"kubectl.kubernetes.io/default-container": "app", "prometheus.io/scrape": "true",
				"prometheus.io/port": "8080", "checksum/config": fmt.Sprintf("%016x%016x", uint64(i)*0x9e3779b97f4a7c15, uint64(i)*0xc2b2ae3d27d4eb4f)},
			"ownerReferences": list{object{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner,
				"uid": fmt.Sprintf("00000000-0000-4000-8000-%012x", i), "controller": true, "blockOwnerDeletion": true}},
		},
		"spec": object{
			"automountServiceAccountToken": false, "enableServiceLinks": false,
			// No such node: no kubelet asks for these.
			"nodeName":   fmt.Sprintf("node-%03d.example.com", i%150),
			"containers": list{container("app", i), container("proxy", i)},
			"volumes": list{object{"name": "config", "configMap": object{"name": app}},
				object{"name": "traces", "emptyDir": object{}}},
		},
	}
}

// How pods get on: out of 20, so many.
var ways = []struct {
	share    int
	phase    string
	state    object
	ready    bool
	restarts int
}{
	{15, "Running", object{"running": object{"startedAt": "2026-01-05T07:00:00Z"}}, true, 0},
	{1, "Running", object{"waiting": object{"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}, false, 17},
	{1, "Pending", object{"waiting": object{"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}, false, 0},
	{1, "Succeeded", object{"terminated": object{"exitCode": 0, "reason": "Completed"}}, false, 0},
	{2, "", nil, false, 0}, // nobody has said anything: Pending
}

func status(i, more int) object {
	at, way := i%20, 0
	for at >= ways[way].share {
		at -= ways[way].share
		way++
	}
	it := ways[way]
	if it.state == nil {
		return nil
	}
	ready := map[bool]string{true: "True", false: "False"}[it.ready]
	statuses := list{}
	for _, name := range []string{"app", "proxy"} {
		statuses = append(statuses, object{"name": name, "state": it.state, "ready": it.ready, "started": it.ready,
			"restartCount": it.restarts + more, "image": "registry.example.com/x:1", "imageID": "sha256:0123456789abcdef",
			"containerID": fmt.Sprintf("containerd://%064x", i)})
	}
	return object{"status": object{
		"phase": it.phase, "hostIP": fmt.Sprintf("10.0.%d.%d", i/250%250, i%250),
		"podIP":     fmt.Sprintf("10.%d.%d.%d", 1+i/62500, i/250%250, 1+i%250),
		"podIPs":    list{object{"ip": fmt.Sprintf("10.%d.%d.%d", 1+i/62500, i/250%250, 1+i%250)}},
		"startTime": "2026-01-05T07:00:00Z", "qosClass": "Burstable",
		"conditions": list{
			object{"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-05T07:00:00Z"},
			object{"type": "Ready", "status": ready, "lastTransitionTime": "2026-01-05T07:00:00Z"},
		},
		"containerStatuses": statuses,
	}}
}

func podPath(i int) string {
	return "/api/v1/namespaces/" + namespaceOf(i) + "/pods"
}

func setStatus(i, more int) error {
	said := status(i, more)
	if said == nil {
		return nil
	}
	_, err := send("PATCH", podPath(i)+"/"+nameOf(i)+"/status?fieldManager=kubelet", "application/merge-patch+json", said)
	return err
}

func fill() error {
	err := spread(*namespaces, func(i int) error {
		_, err := send("POST", "/api/v1/namespaces", "application/json", object{"apiVersion": "v1", "kind": "Namespace",
			"metadata": object{"name": namespaceOf(i), "labels": object{"team": teams[i%len(teams)]}}})
		return err
	})
	if err != nil {
		return err
	}
	return spread(*pods, func(i int) error {
		there, err := send("POST", podPath(i)+"?fieldManager=kube-controller-manager", "application/json", pod(i))
		if err != nil || there {
			return err
		}
		return setStatus(i, 0)
	})
}

// Changes that a watch tells of: containers that restart.
func change() error {
	began := time.Now()
	return spread(*churn**seconds, func(n int) error {
		time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(*churn))))
		i := n * 7919 % *pods
		for status(i, 0) == nil {
			i = (i + 1) % *pods
		}
		return setStatus(i, 1+n)
	})
}

func main() {
	flag.Parse()
	began := time.Now()
	err := connect()
	if err == nil && *churn > 0 {
		err = change()
	} else if err == nil {
		err = fill()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stderr, "crowd: done in %.1f s\n", time.Since(began).Seconds())
}
