package simulator_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/digilocker/contract/simulator"
)

// served is the variable by which BenchmarkStart asks TestServe for a handler.
const served = "SIMULATOR_TEST_SERVES"

// handlers are what TestServe serves: the simulator, and a handler of net/http that reads the
// request and writes the same bytes.
var handlers = map[string]func() (http.Handler, error){
	"simulator": func() (http.Handler, error) { return simulator.New(simulator.Options{}, acme()) },
	"bare": func() (http.Handler, error) {
		reply := []byte(`{"id":"order-1000000","number":7480001,` +
			`"url":"http://127.0.0.1:38700/consent/acme/RRUR57OA7BBWRM6ZKW4ZCJDAOP","documents":["id-card"],` +
			`"return_to":"https://shop.example/back"}`)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(reply)
		}), nil
	},
}

// TestServe is the server of BenchmarkStart, in a process of its own: what the caller of a
// server takes is then not taken for the server's. It says its address and serves until its
// input ends.
func TestServe(t *testing.T) {
	serve := handlers[os.Getenv(served)]
	if serve == nil {
		t.Skip("it is for BenchmarkStart")
	}
	handler, err := serve()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// child starts TestServe. The function that it returns ends it, and says how much of the
// processors it took.
func child(b *testing.B, by string) (address string, end func() time.Duration) {
	b.Helper()
	command := exec.Command(os.Args[0], "-test.run", "^TestServe$")
	command.Env = append(os.Environ(), served+"="+by)
	input, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line), func() time.Duration {
		_ = input.Close()
		_, _ = io.Copy(io.Discard, output)
		if err := command.Wait(); err != nil {
			b.Fatal(err)
		}
		return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}
}

// BenchmarkStart starts journeys from 64 connections. Its ns/op are those that the server took of
// the processors, without what it takes to start and end it.
func BenchmarkStart(b *testing.B) {
	for _, by := range []string{"bare", "simulator"} {
		b.Run("by="+by, func(b *testing.B) {
			_, end := child(b, by)
			idle := end()
			address, end := child(b, by)
			client, done := connections(64)
			defer done()
			var id atomic.Int64
			b.SetParallelism(64 / runtime.GOMAXPROCS(0))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					start := []byte(`{"id":"order-` + strconv.FormatInt(id.Add(1), 10) +
						`","documents":["id-card"],"return_to":"https://shop.example/back"}`)
					r, err := http.NewRequest("POST", address+"/acme/journeys", bytes.NewReader(start))
					if err != nil {
						b.Error(err)
						return
					}
					r.Header.Set("x-acme-key", acmeKey)
					resp, err := client.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
					if resp.StatusCode != 200 {
						b.Errorf("HTTP %d", resp.StatusCode)
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			b.ReportMetric(float64(max(end()-idle, 0).Nanoseconds())/float64(b.N), "ns/op")
		})
	}
}
