package eaadhaar

// String returns the status and, of a document that failed, why. It shows nothing
// of the document.
func (r Result) String() string {
	if r.status == Failed {
		return r.status.String() + ": " + r.Err().Error()
	}
	return r.status.String()
}

// GoString returns what String returns.
func (r Result) GoString() string { return r.String() }

// GomegaString returns what String returns, for the messages of failed tests.
func (r Result) GomegaString() string { return r.String() }

// MarshalText returns what String returns, and with it JSON, XML and log/slog.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// MarshalBinary returns what String returns, for gob and CBOR.
func (r Result) MarshalBinary() ([]byte, error) { return r.MarshalText() }
