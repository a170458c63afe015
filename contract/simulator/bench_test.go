package simulator_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"

	"example.com/digilocker/contract/simulator"
)

// BenchmarkStart starts journeys from 64 connections, beside a handler of net/http
// that reads the request and writes the same bytes.
func BenchmarkStart(b *testing.B) {
	sim, err := simulator.New(simulator.Options{}, acme())
	if err != nil {
		b.Fatal(err)
	}
	reply := []byte(`{"id":"order-1000000","number":7480001,` +
		`"url":"http://127.0.0.1:38700/consent/acme/RRUR57OA7BBWRM6ZKW4ZCJDAOP","documents":["id-card"],` +
		`"return_to":"https://shop.example/back"}`)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(reply)
	})
	for _, way := range []struct {
		by      string
		handler http.Handler
	}{{"bare", bare}, {"simulator", sim}} {
		b.Run("by="+way.by, func(b *testing.B) {
			server := httptest.NewServer(way.handler)
			defer server.Close()
			client, done := connections(64)
			defer done()
			var id atomic.Int64
			b.SetParallelism(64 / runtime.GOMAXPROCS(0))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					body := []byte(`{"id":"` + way.by + strconv.FormatInt(id.Add(1), 10) + `-` + strconv.Itoa(b.N) +
						`","documents":["id-card"],"return_to":"https://shop.example/back"}`)
					r, err := http.NewRequest("POST", server.URL+"/acme/journeys", bytes.NewReader(body))
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
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
}
