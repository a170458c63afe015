package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"time"

	"example.com/digilocker/adapters/wire"
)

// A gateway's error page keeps its status, and nothing of it is printed.
func ExampleDoer() {
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<html>busy</html>")
	}))
	defer gateway.Close()

	var reply wire.Reply
	ctx := wire.WithReply(context.Background(), &reply)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, gateway.URL, nil)
	if err != nil {
		panic(err)
	}
	_, err = wire.Doer{}.Do(req)
	fmt.Println(err)
	fmt.Println(errors.Is(err, wire.ErrNotJSON))
	fmt.Println(reply)
	// Output:
	// wire: not a JSON value (HTTP 503)
	// true
	// HTTP 503, 17 bytes
}

// A link comes from outside: one that leads into the caller's own network is not followed.
func ExampleDownloader() {
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<signed/>")
	}))
	defer inside.Close()

	ctx := context.Background()
	_, err := wire.Downloader{}.Get(ctx, inside.URL, time.Time{})
	fmt.Println(err)

	loopback := netip.MustParsePrefix("127.0.0.0/8") // in a test; an application allows nothing
	file, err := wire.Downloader{Allow: []netip.Prefix{loopback}}.Get(ctx, inside.URL, time.Time{})
	if err != nil {
		panic(err)
	}
	fmt.Println(file)
	// Output:
	// wire: link refused: its scheme is http, which only addresses of Downloader.Allow may have
	// application/xml, 9 bytes
}
