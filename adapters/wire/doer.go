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
	// Client sends every request; retries, metrics and logs belong in its
	// Transport. It is never modified. Its Timeout applies besides Limits, the
	// shorter one wins; its CheckRedirect is never asked. Its Transport must
	// obey the request's context, as http.Transport does, save that it ends a
	// TLS handshake only after its TLSHandshakeTimeout. Default: a client on
	// http.DefaultTransport, where that is 10 s.
	Client *http.Client
	// Limits apply to requests whose context has none; see WithLimits.
	Limits Limits
}

// Do sends req once and returns its reply if that is a JSON value, whatever
// its status, with a media type by which a generated parser knows it. The body
// has been read: it is in memory, and closing it may be omitted.
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
	resp, reply, err := exchange(*client, req, d.Limits, false)
	if err != nil {
		return nil, err
	}
	if isRedirect(resp.StatusCode) {
		return nil, &Error{Kind: ErrRedirect, Status: resp.StatusCode}
	}
	body := reply.Text()
	reply.held().text = body
	label := resp.Header.Get("Content-Type")
	if kind := judge(body, strings.Contains(strings.ToLower(label), "json")); kind != "" {
		return nil, &Error{Kind: kind, Status: resp.StatusCode}
	}
	// Of a refusal the free text may be lost, its code not.
	if resp.StatusCode/100 == 2 {
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
	resp.ContentLength = int64(len(body))
	held := &memory{text: body}
	held.Reset(body)
	resp.Body = held
	return resp, nil
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
// the text of a gateway.
func judge(body []byte, labelled bool) Err {
	if !valid(body) {
		err := json.NewDecoder(bytes.NewReader(body)).Decode(new(json.RawMessage))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return ErrCut
		}
		return ErrNotJSON
	}
	if first := bytes.TrimSpace(body)[0]; !labelled && first != '{' && first != '[' {
		return ErrNotJSON
	}
	return ""
}
