package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

// control adds what tests of applications need over HTTP: faults, the clock and
// the certificate, and nothing else.
func (s *Simulator) control() {
	s.mux.HandleFunc("GET /_control/faults", func(w http.ResponseWriter, _ *http.Request) {
		list := s.Faults()
		if list == nil {
			list = []Fault{}
		}
		writeJSON(w, list)
	})
	s.mux.HandleFunc("POST /_control/faults", command(func(w http.ResponseWriter, data []byte) error {
		var f Fault
		if err := json.Unmarshal(data, &f); errors.As(err, new(*json.SyntaxError)) {
			return noJSON(err, faultExample)
		} else if err != nil {
			return err
		}
		return s.AddFault(f)
	}))
	s.mux.HandleFunc("DELETE /_control/faults", func(w http.ResponseWriter, r *http.Request) {
		if err := crossOrigin.Check(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("GET /_control/clock", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, map[string]time.Time{"now": s.Now()})
	})
	s.mux.HandleFunc("POST /_control/clock", command(func(_ http.ResponseWriter, data []byte) error {
		var in struct {
			Advance string `json:"advance"`
		}
		const must = `a text, such as "10m"`
		if err := decode(data, &in, `{"advance":"10m"}`, []member{{"advance", must}}); err != nil {
			return err
		}
		if in.Advance == "" {
			return errors.New("advance is missing: it must be " + must)
		}
		return s.advanceBy(in.Advance)
	}))
	s.mux.HandleFunc("GET /_control/certificate", func(w http.ResponseWriter, _ *http.Request) {
		pem, err := s.Certificate()
		if err != nil {
			http.Error(w, "The simulator has no key.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(pem)
	})
}

// advanceBy moves the clock by a duration as people write it.
func (s *Simulator) advanceBy(text string) error {
	d, err := time.ParseDuration(strings.TrimSpace(text))
	switch {
	case err != nil || d < 0:
		return fmt.Errorf("the clock goes forward only, by a duration such as 10m or 48h, at most 100 years; %q is none",
			text)
	case d > farthest-time.Duration(s.ahead.Load()):
		return errors.New("the clock goes at most 100 years ahead")
	}
	s.Advance(d)
	return nil
}

// Certificate is the PEM of the certificate whose throw-away key signs the
// documents, of this Simulator alone.
func (s *Simulator) Certificate() ([]byte, error) {
	signer, err := s.signer()
	if err != nil {
		return nil, err
	}
	return signer.PEM(), nil
}

// command takes JSON, which no page of another origin can send unasked.
func command(do func(w http.ResponseWriter, data []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := crossOrigin.Check(r); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			http.Error(w, "Content-Type must be application/json", http.StatusUnsupportedMediaType)
			return
		}
		data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err == nil {
			err = do(w, data)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// member is one that an object may have, and what it must be: `a text, such as "10m"`.
type member struct{ name, must string }

// decode reads an object with these members, such as the example, into the struct that v points to. It says
// what is wrong with it in the words of JSON.
func decode(data []byte, v any, example string, members []member) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); errors.As(err, new(*json.UnmarshalTypeError)) {
		return fmt.Errorf("this must be an object with %s", names(members))
	} else if err != nil {
		return noJSON(err, example)
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !slices.ContainsFunc(members, func(m member) bool { return strings.EqualFold(m.name, name) }) {
			return fmt.Errorf("there is no member %q; there is %s", name, names(members))
		}
	}
	err := json.Unmarshal(data, v)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		i := slices.IndexFunc(members, func(m member) bool { return m.name == wrong.Field })
		return fmt.Errorf("%s must be %s", wrong.Field, members[i].must)
	}
	return err
}

// faultExample is a body that makes a fault.
const faultExample = `{"kind":"reset"}`

func noJSON(err error, example string) error {
	return fmt.Errorf("this is no JSON (%w); send an object, such as %s", err, example)
}

func names(members []member) string {
	var all []string
	for _, m := range members {
		all = append(all, m.name)
	}
	return strings.Join(all, ", ")
}

func writeJSON(w http.ResponseWriter, v any) {
	text, err := marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(text, '\n'))
}
