package contract_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/drift"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/record"
	"example.com/digilocker/contract/redact"
	"example.com/digilocker/contract/sandbox"
	"example.com/digilocker/contract/typed"
)

var recordTo = flag.String("record", "", "the `folder` to record fixtures into; none if empty")

// recordedAt is the clock of the simulator that fixtures are recorded from, so that
// recording again changes nothing but the day.
var recordedAt = time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC)

var fixtures = flag.String("fixtures", "fixtures", "the `folder` of the recordings")

// Each spec here builds the request of a case and finds it to be the recorded one;
// then the recorded answer is judged as any other, and the adapter reads it.
var _ = Describe("fixtures", Label("fixtures"), func() {
	each(ledger.Fixtures, func(ctx SpecContext, d *examples.Document, e examples.Entry) []examples.Fault {
		return replay(ctx, d, e)
	})

	It("call nobody", Serial, func(ctx SpecContext) {
		transport := http.DefaultTransport.(*http.Transport)
		dial, attempts := transport.DialContext, 0
		DeferCleanup(func() { transport.DialContext = dial })
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			attempts++
			return nil, errors.New("the network is not to be used")
		}
		transport.CloseIdleConnections()
		for _, d := range docs {
			for _, e := range d.Entries {
				if ledger.NotApplicable(ledger.Fixtures, e.Direction) == "" {
					Expect(replay(ctx, d, e)).To(BeEmpty(), e.ID)
				}
			}
		}
		Expect(attempts).To(BeZero())
	})

	It("have no file of an example that is gone", func() {
		var ids []string
		for _, d := range docs {
			for _, e := range d.Entries {
				ids = append(ids, record.Path(*fixtures, e.ID))
			}
		}
		Expect(filepath.WalkDir(*fixtures, func(path string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				Expect(ids).To(ContainElement(path), "make record TARGET=simulator removes it")
			}
			return err
		})).To(Succeed())
	})
})

// passed is the state of a check that found nothing: what only a simulator has
// answered counts apart.
func passed(check ledger.Check, e examples.Entry) ledger.State {
	if check == ledger.Fixtures {
		if f, err := record.Read(*fixtures, e.ID); err == nil && f.From == record.Simulator {
			return ledger.PassSimulator
		}
	}
	return ledger.Pass
}

// restage is the stage of an example on which its recording is played, by the player.
func restage(d *examples.Document, e examples.Entry) (*stage, *record.Fixture, *record.Player, error) {
	GinkgoHelper()
	c, err := books[d.Provider].Of(e.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := record.Read(*fixtures, e.ID)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("there is no recording to play, make record TARGET=simulator makes one: %w", err)
	}
	s := &stage{d: d, h: harnesses[d.Provider], e: e, c: c, ids: f.IDs, now: func() time.Time { return recordedAt }, base: "https://nobody.example/" + d.Provider}
	s.account = sandbox.New(d.Provider, s.base, s.h.account)
	s.unique = f.Unique
	if f.From == record.Sandbox {
		s.now = func() time.Time { day, _ := time.Parse(time.DateOnly, f.Recorded); return day } // Read has checked it
	}
	player := &record.Player{Fixture: f, Base: s.base, Redactor: redactor(s.account, f.Off)}
	s.transport = player
	return s, f, player, nil
}

// replay plays the recording of an example to the request of its case, to the typed
// client and to the adapter.
func replay(ctx context.Context, d *examples.Document, e examples.Entry) []examples.Fault {
	GinkgoHelper()
	s, f, player, err := restage(d, e)
	if err != nil {
		return []examples.Fault{{Want: "a case and its recording", Got: err.Error()}}
	}
	faults := s.replayed(ctx, f)
	if err := player.Rest(); err != nil && len(faults) == 0 {
		faults = append(faults, examples.Fault{Want: "every recorded exchange", Got: err.Error()})
	}
	if len(faults) == 0 {
		faults = s.clientSends(ctx, f)
	}
	if len(faults) > 0 || e.Direction == examples.Request {
		return at(record.Path(*fixtures, e.ID), faults)
	}
	last := f.Exchanges[len(f.Exchanges)-1].Answer
	value, err := s.adapted(ctx, last)
	return at(record.Path(*fixtures, e.ID), means(s.c.Means, value, err))
}

// at names the file in which a fault lies.
func at(file string, faults []examples.Fault) []examples.Fault {
	for i := range faults {
		faults[i].Pointer = file + "#" + faults[i].Pointer
	}
	return faults
}

// replayed is judgeExchange, with a request that is not the recorded one as faults.
// What a sandbox has answered is another person's, and judged as a live answer.
func (s *stage) replayed(ctx context.Context, f *record.Fixture) (faults []examples.Fault) {
	s.failed = func(err error) {
		if mismatch := new(record.Mismatch); errors.As(err, &mismatch) {
			faults = mismatch.Faults
		} else {
			faults = []examples.Fault{{Want: "the recorded answer", Got: err.Error()}}
		}
	}
	if f.From == record.Simulator {
		if judged := s.judgeExchange(ctx); faults == nil {
			faults = judged
		}
		return faults
	}
	op, _ := s.d.Operation(s.e.Operation)
	sent := s.send(ctx, op, s.c.Request, s.documented())
	if faults == nil {
		faults = asFaults(drift.Judge(s.known(sent, nil), asAnswer(f.Exchanges[len(f.Exchanges)-1].Answer)))
	}
	return faults
}

// clientSends lets the typed client send the request, where it can: one that a case
// changes may be none that it would send.
func (s *stage) clientSends(ctx context.Context, f *record.Fixture) (faults []examples.Fault) {
	GinkgoHelper()
	change := s.c.Request
	if len(change.Body)+len(change.Query)+len(change.Path)+len(change.Header) > 0 {
		return nil
	}
	player := &record.Player{Fixture: f, Base: s.base, Redactor: redactor(s.account, f.Off)}
	c, err := s.h.client(s.base, &http.Client{Transport: through(func(r *http.Request) (*http.Response, error) {
		s.h.authorize(r.Header, s.account, s.now())
		prefer(r.Header, change.Source)
		resp, err := player.RoundTrip(r)
		if mismatch := new(record.Mismatch); errors.As(err, &mismatch) {
			faults = mismatch.Faults
		}
		return resp, err
	})})
	Expect(err).NotTo(HaveOccurred())
	op, _ := s.d.Operation(s.e.Operation)
	params := op.Samples(s.e.Parameters)
	for name := range params {
		if id, ok := s.ids[name]; ok {
			params[name] = like(params[name], id)
		}
	}
	var text json.RawMessage
	if body := s.body(op, change, s.documented()); body != nil {
		text, err = json.Marshal(body)
		Expect(err).NotTo(HaveOccurred())
	}
	if _, err := typed.New(c).Call(ctx, op, params, text); err != nil && faults == nil {
		faults = []examples.Fault{{Want: "a request that the typed client can send, and an answer that it can read", Got: err.Error()}}
	}
	return faults
}

// like is id in the JSON type of value.
func like(value json.RawMessage, id string) json.RawMessage {
	if len(value) > 0 && value[0] != '"' {
		return json.RawMessage(id)
	}
	text, _ := json.Marshal(id) // a string
	return text
}

// adapted is what the adapter makes of a recorded answer.
func (s *stage) adapted(ctx context.Context, a record.Answer) (any, error) {
	GinkgoHelper()
	p, err := s.h.adapter(s.base, &http.Client{Transport: canned(a)})
	Expect(err).NotTo(HaveOccurred())
	documented := plainText(valueAt(entry(s.h.started).Value, s.h.ids[s.h.ref]))
	return s.h.calls[s.e.Operation](ctx, p, kyc.Ref(cmp.Or(s.ids[s.h.ref], documented)), s.e)
}

// canned answers everything with a.
func canned(a record.Answer) http.RoundTripper {
	return through(func(r *http.Request) (*http.Response, error) {
		header := http.Header{}
		for name, value := range a.Header {
			header.Set(name, value)
		}
		return &http.Response{
			StatusCode: a.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: r,
			Body: io.NopCloser(strings.NewReader(string(a.Body))), ContentLength: int64(len(a.Body)),
		}, nil
	})
}

// recorder records what goes to the provider.
func (s *stage) recorder() *record.Recorder {
	return &record.Recorder{Next: s.transport, Base: s.base, Redactor: redactor(s.account, s.c.Unredacted)}
}

// keep writes what was recorded.
func (s *stage) keep(r *record.Recorder, from string) {
	GinkgoHelper()
	text, err := os.ReadFile(filepath.Join("..", "gen", s.d.Provider+"api", "openapi.gen.yaml"))
	Expect(err).NotTo(HaveOccurred())
	sum := sha256.Sum256(text)
	f := record.Fixture{
		Example: s.e.ID, From: from, Recorded: time.Now().UTC().Format(time.DateOnly), Document: hex.EncodeToString(sum[:]),
		IDs: s.ids, Unique: s.unique, Off: s.c.Unredacted, Exchanges: r.Exchanges(),
	}
	Expect(f.Write(*recordTo)).To(Succeed())
}

// published are the values that no recording has to hide.
var published = sync.OnceValues(func() (redact.Public, error) {
	var all []json.RawMessage
	for _, d := range docs {
		for _, e := range d.Entries {
			all = append(all, e.Value)
		}
		for _, m := range d.Minor {
			all = append(all, m.Value)
		}
	}
	return redact.Published(all...)
})

// redactor is that of one recording, of which some rules are off.
func redactor(a sandbox.Account, off map[string]string) *redact.Redactor {
	GinkgoHelper()
	public, err := published()
	Expect(err).NotTo(HaveOccurred())
	r, err := redact.New(redact.Options{Public: public, Secrets: a.Secrets(), Off: slices.Sorted(maps.Keys(off))})
	Expect(err).NotTo(HaveOccurred())
	return r
}
