package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Doer sends the requests of a generated client. Its zero value is ready to
// use; it may be copied and used by many goroutines at once.
type Doer struct {
	// Client sends every request; metrics, logs and retries of what may be
	// repeated belong in its Transport. It is never modified. Its Timeout applies besides Limits, the
	// shorter one wins; its CheckRedirect is never asked. Its Transport must
	// obey the request's context, as http.Transport does, save that it ends a
	// TLS handshake only after its TLSHandshakeTimeout. Default: a client on
	// http.DefaultTransport, where that is 10 s.
	Client *http.Client
	// Limits apply to requests whose context has none; see WithLimits.
	Limits Limits
	// Files says that a success is a file: Do returns it whatever it holds, as it came, packed
	// too, so that a sum over its bytes can be checked. A request has to say which encoding it
	// takes, or http.Transport asks for gzip, and unpacks it. Any other status is as ever.
	Files bool
}

// Do sends req and returns its reply if that is a JSON value, whatever
// its status, with a media type by which a generated parser knows it. The body
// has been read: it is in memory, and closing it may be omitted.
//
// A POST or PATCH that has a body is sent once: net/http, which would send it
// anew over HTTP/2, and over HTTP/1 on a kept connection that was closed, gets
// a copy of req whose GetBody fails. Then the error is [ErrCut], and not
// Unsent. Other methods, and what has no body, net/http may repeat; a
// RoundTripper may repeat anything whose body it keeps.
//
// Any other outcome is an [*Error], or the context's Err as it is. No redirect
// is followed, for GET neither: http.Client would repeat every header that it
// does not know to be secret (x-client-secret, developer_key) to whichever host
// a gateway names, and no provider documents a redirect.
func (d Doer) Do(req *http.Request) (*http.Response, error) {
	client := d.Client
	if client == nil {
		client = new(http.Client)
	}
	resp, reply, err := exchange(*client, req, d.Limits, false, d.Files)
	if err != nil {
		return nil, err
	}
	if isRedirect(resp.StatusCode) {
		return nil, &Error{Kind: ErrRedirect, Status: resp.StatusCode}
	}
	if d.Files && resp.StatusCode/100 == 2 {
		body := reply.Body()
		resp.ContentLength, resp.Body = int64(len(body)), inMemory(body)
		return resp, nil
	}
	body := reply.Text()
	reply.held().text = body
	label := resp.Header.Get("Content-Type")
	labelled := strings.Contains(strings.ToLower(label), "json")
	kind, long := judge(body, labelled, d.Limits.of(req.Context()).Elements)
	if kind != "" {
		return nil, &Error{Kind: kind, Status: resp.StatusCode}
	}
	// Of a refusal the free text may be lost, its code not.
	if resp.StatusCode/100 == 2 {
		if long != 0 {
			return nil, &Error{Kind: ErrTooMany, Status: resp.StatusCode, Member: listAt(body, long)}
		}
		if members := Garbled(body); members != nil {
			return nil, &Error{Kind: ErrEncoding, Status: resp.StatusCode, Member: members[0]}
		}
	}
	if !strings.Contains(label, "json") { // as the generated parser asks
		own(resp).Set("Content-Type", "application/json")
	}
	if length := resp.Header.Get("Content-Length"); length != "" && length != strconv.Itoa(len(body)) {
		own(resp).Del("Content-Length")
	}
	resp.ContentLength, resp.Body = int64(len(body)), inMemory(body)
	return resp, nil
}

func inMemory(body []byte) *memory {
	held := &memory{text: body}
	held.Reset(body)
	return held
}

// memory is a body that is in memory. To a generated client that knows it, its method Bytes
// gives what has not been read of it, not a copy.
type memory struct {
	bytes.Reader
	text []byte
}

func (m *memory) Bytes() []byte { return m.text[len(m.text)-m.Len():] }

// Close does nothing.
func (*memory) Close() error { return nil }

// judge returns the empty Err for one JSON value. Content counts, not the
// label, with one exception: a bare number or word that nobody calls JSON is
// the text of a gateway. It also says where the elements begin of a list that has more than so
// many, 0 if there is none.
func judge(body []byte, labelled bool, most int) (_ Err, long int) {
	ok, long := valid(body, most)
	if !ok {
		err := json.NewDecoder(bytes.NewReader(body)).Decode(new(json.RawMessage))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return ErrCut, 0
		}
		return ErrNotJSON, 0
	}
	if first := bytes.TrimSpace(body)[0]; !labelled && first != '{' && first != '[' {
		return ErrNotJSON, 0
	}
	return "", long
}
