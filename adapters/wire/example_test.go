package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

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
