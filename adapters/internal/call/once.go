package call

import (
	"context"
	"io"
	"net/http"
)

// Once has a GET sent once: it is a RequestEditorFn of the generated clients, for what a provider hands out once.
// net/http itself sends a GET anew where a kept connection turns out to be closed, unless it has a body that cannot be
// had again. This one gets such a body, of no bytes. Over HTTP/1 the request is on the wire what it was, byte for byte;
// over HTTP/2 an empty frame is behind it. What had not been sent at all is not sent anew either: the error is that of
// a call of which nobody knows. A POST needs none of it: package wire sends each once. Of a GET only an adapter knows
// that it has an effect.
func Once(_ context.Context, req *http.Request) error {
	req.Body, req.GetBody = none{}, nil
	req.TransferEncoding = []string{"identity"} // else net/http may say chunked, if it has to wait for the body's end
	return nil
}

// none is a body without bytes. Unlike http.NoBody it cannot be had again.
type none struct{}

func (none) Read([]byte) (int, error) { return 0, io.EOF }
func (none) Close() error             { return nil }
