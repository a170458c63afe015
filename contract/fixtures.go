package contract

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/contract/recording/redact"
)

// recordedAt is the clock of the simulator that fixtures are recorded from, so that
// recording again changes nothing but the day.
var recordedAt = time.Date(2026, 1, 15, 6, 30, 0, 0, time.UTC)

// recordedLinks is what the links of that simulator begin with.
const recordedLinks = "https://simulator.example"

// Each spec here builds the request of a case and finds it to be the recorded one;
// then the recorded answer is judged as any other, and the adapter reads it.
func (suite *Suite) fixtureSpecs() {
	ginkgo.Describe("fixtures", ginkgo.Label("fixtures"), func() {
		suite.each(ledger.Fixtures, func(ctx ginkgo.SpecContext, _ *example.Document, e example.Entry) []example.Fault {
			return suite.replay(ctx, e)
		})

		ginkgo.It("call nobody", ginkgo.Serial, func(ctx ginkgo.SpecContext) {
			transport, watched := http.DefaultTransport.(*http.Transport)
			if !watched {
				ginkgo.Skip("http.DefaultTransport is not Go's own, and cannot be watched")
			}
			dial, attempts := transport.DialContext, 0
			ginkgo.DeferCleanup(func() { transport.DialContext = dial })
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
				attempts++
				return nil, errors.New("the network is not to be used")
			}
			transport.CloseIdleConnections()
			suite.ref = "" // of the specs before, which may have called somebody for it
			for _, e := range suite.Document.Entries {
				if suite.applies(ledger.Fixtures, e) {
					gomega.Expect(suite.replay(ctx, e)).To(gomega.BeEmpty(), e.ID)
				}
			}
			gomega.Expect(attempts).To(gomega.BeZero())
		})
	})
}

// recorded says whether there is a recording of the example.
func (suite *Suite) recorded(id string) bool {
	_, err := fs.Stat(suite.Provider.Files, recording.Path(id))
	return err == nil
}

// passed is the state of a check that found nothing: what only a simulator has
// answered counts apart.
func (suite *Suite) passed(check ledger.Check, e example.Entry) ledger.State {
	if check == ledger.Fixtures {
		if f, err := recording.Read(suite.Provider.Files, e.ID); err == nil && f.From == recording.Simulator {
			return ledger.PassSimulator
		}
	}
	return ledger.Pass
}

// playedBack is an attempt at an example that its recording answers, by the player.
func (suite *Suite) playedBack(e example.Entry) (*attempt, *recording.Fixture, *recording.Player, error) {
	ginkgo.GinkgoHelper()
	c, err := suite.cases.Of(e.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := recording.Read(suite.Provider.Files, e.ID)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("there is no recording to play, make record TARGET=simulator makes one: %w", err)
	}
	s := &attempt{
		suite: suite, d: suite.Document, p: suite.Provider, e: e, c: c, ids: f.IDs, account: suite.Provider.Account.Simulated(),
		now: func() time.Time { return recordedAt }, base: "https://nobody.example/" + suite.Provider.Name,
	}
	s.unique = f.Unique
	if f.From == recording.Simulator {
		s.links = recordedLinks
	}
	if f.From == recording.Sandbox {
		s.now = func() time.Time { day, _ := time.Parse(time.DateOnly, f.Recorded); return day } // Read has checked it
	}
	player := &recording.Player{Fixture: f, Base: s.base, Redactor: suite.redactor(s.account, f.Off)}
	s.transport = player
	return s, f, player, nil
}

// replay plays the recording of an example to the request of its case, to the typed
// client and to the adapter.
func (suite *Suite) replay(ctx context.Context, e example.Entry) []example.Fault {
	ginkgo.GinkgoHelper()
	s, f, player, err := suite.playedBack(e)
	if err != nil {
		return []example.Fault{{Want: "a case and its recording", Got: err.Error()}}
	}
	faults := s.replayed(ctx, f)
	if err := player.Rest(); err != nil && len(faults) == 0 {
		faults = append(faults, example.Fault{Want: "every recorded exchange", Got: err.Error()})
	}
	if len(faults) == 0 {
		faults = s.clientSends(ctx, f)
	}
	if len(faults) > 0 || e.Direction == example.Request {
		return at(recording.Path(e.ID), faults)
	}
	if !suite.understands(e) {
		return nil
	}
	last := f.Exchanges[len(f.Exchanges)-1].Answer
	value, err := s.adapted(ctx, last)
	return at(recording.Path(e.ID), means(s.c.Means, value, err))
}

// at names the file in which a fault lies.
func at(file string, faults []example.Fault) []example.Fault {
	for i := range faults {
		faults[i].Pointer = file + "#" + faults[i].Pointer
	}
	return faults
}

// replayed is judgeExchange, with a request that is not the recorded one as faults.
// What a sandbox has answered is another person's, and judged as a live answer.
func (s *attempt) replayed(ctx context.Context, f *recording.Fixture) (faults []example.Fault) {
	s.failed = func(err error) {
		if mismatch := new(recording.Mismatch); errors.As(err, &mismatch) {
			faults = mismatch.Faults
		} else {
			faults = []example.Fault{{Want: "the recorded answer", Got: err.Error()}}
		}
	}
	if f.From == recording.Simulator {
		if judged := s.judgeExchange(ctx); faults == nil {
			faults = judged
		}
		return faults
	}
	op, _ := s.d.Operation(s.e.Operation)
	sent := s.send(ctx, op, s.c.Request, s.documented())
	if faults == nil {
		faults = asFaults(judge.Live(s.known(sent, nil), asAnswer(f.Exchanges[len(f.Exchanges)-1].Answer)))
	}
	return faults
}

// clientSends lets the typed client send the request, where it can: one that a case
// changes may be none that it would send.
func (s *attempt) clientSends(ctx context.Context, f *recording.Fixture) (faults []example.Fault) {
	ginkgo.GinkgoHelper()
	change := s.c.Request
	if len(change.Body)+len(change.Query)+len(change.Path)+len(change.Header) > 0 || s.p.Client == nil {
		return nil
	}
	player := &recording.Player{Fixture: f, Base: s.base, Redactor: s.suite.redactor(s.account, f.Off)}
	c, err := s.p.Client.New(s.base, &http.Client{Transport: through(func(r *http.Request) (*http.Response, error) {
		s.authorize(r.Header, s.e.Operation)
		prefer(r.Header, change.Source)
		resp, err := player.RoundTrip(r)
		if mismatch := new(recording.Mismatch); errors.As(err, &mismatch) {
			faults = mismatch.Faults
		}
		return resp, err
	})})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	op, _ := s.d.Operation(s.e.Operation)
	params := parameters(op, s.e.Parameters)
	for name := range params {
		if id, ok := s.ids[name]; ok {
			params[name] = like(params[name], id)
		}
	}
	var text json.RawMessage
	if body := s.body(op, change, s.documented()); body != nil {
		text, err = json.Marshal(body)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	}
	if _, err := judge.NewClient(c, s.base).Call(ctx, op, params, text); err != nil && faults == nil {
		faults = []example.Fault{{Want: "a request that the typed client can send, and an answer that it can read", Got: err.Error()}}
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

// understands says whether there is an adapter that reads answers like this one.
func (suite *Suite) understands(e example.Entry) bool {
	return suite.Provider.Adapter != nil && suite.caller(suite.methodOf(e)) != nil
}

// adapted is what the adapter makes of a recorded answer.
func (s *attempt) adapted(ctx context.Context, a recording.Answer) (any, error) {
	ginkgo.GinkgoHelper()
	p, err := s.suite.newAdapter(s.base, &http.Client{Transport: s.canned(a)})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	j := s.p.Journey
	ask := s.suite.caller(s.suite.methodOf(s.e))
	if j.Ref == "" {
		return ask(ctx, p, s.suite.journey(ctx), s.e)
	}
	documented := plainText(valueAt(s.suite.Entry(j.Started).Value, j.IDs[j.Ref]))
	return ask(ctx, p, kyc.Ref(cmp.Or(s.ids[j.Ref], documented)), s.e)
}

// canned answers everything with a, but for what the adapter asks for first.
func (s *attempt) canned(a recording.Answer) http.RoundTripper {
	first := s.p.Adapter.First[s.e.Operation]
	before := s.suite.reply(first)
	op, _ := s.d.Operation(first)
	return through(func(r *http.Request) (*http.Response, error) {
		a := a
		if before.Status != 0 && r.Method == op.Method && strings.HasSuffix(r.URL.Path, op.Path) {
			a = recording.Answer{
				Status: before.Status, Header: map[string]string{"Content-Type": before.Type},
				Body: recording.Body(before.Body),
			}
		}
		return answers(a).RoundTrip(r)
	})
}

// answers gives every request the recorded answer.
func answers(a recording.Answer) http.RoundTripper {
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
func (s *attempt) recorder() *recording.Recorder {
	return &recording.Recorder{Next: s.transport, Base: s.base, Redactor: s.suite.redactor(s.account, s.c.Unredacted)}
}

// keep writes what was recorded.
func (s *attempt) keep(r *recording.Recorder, from string) {
	ginkgo.GinkgoHelper()
	sum := sha256.Sum256(s.p.Document)
	f := recording.Fixture{
		Example: s.e.ID, From: from, Recorded: time.Now().UTC().Format(time.DateOnly), Document: hex.EncodeToString(sum[:]),
		IDs: s.kept(r), Unique: s.unique, Off: s.c.Unredacted, Exchanges: r.Exchanges(),
	}
	gomega.Expect(f.Write(s.suite.opts.Record)).To(gomega.Succeed())
}

// redactor is that of one recording, of which some rules are off.
func (suite *Suite) redactor(account provider.Values, off map[string]string) *redact.Redactor {
	ginkgo.GinkgoHelper()
	public, err := suite.published()
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	r, err := redact.New(redact.Options{
		Public: public, Secrets: suite.Provider.Account.Credentials(account), Off: slices.Sorted(maps.Keys(off)), Names: suite.Provider.Hidden,
	})
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return r
}
