package changes

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording"
)

// shot is a documented request and what the client made of it.
type shot struct {
	ID string `json:"-"`
	// Method, Path, Params and Body are what is documented.
	Method string                     `json:"-"`
	Path   string                     `json:"-"`
	Params map[string]json.RawMessage `json:"params"`
	Body   json.RawMessage            `json:"body,omitempty"`
	// Provider and Operation tell the driver what to call; InPath and Beside are the
	// names of the operation's parameters in the path, in its order, and elsewhere.
	Provider  string   `json:"provider"`
	Operation string   `json:"operation"`
	InPath    []string `json:"inPath"`
	Beside    []string `json:"beside"`

	outcome `json:"-"`
}

// outcome is what the driver says of a shot.
type outcome struct {
	// Error is why the client did not send it.
	Error string `json:"error"`
	Sent  *sent  `json:"sent"`
}

// sent is what left the client.
type sent struct {
	Method string      `json:"method"`
	URL    string      `json:"url"`
	Header http.Header `json:"header"`
	Body   string      `json:"body"`
}

//go:embed driver.go.tmpl
var driverText string

var driver = template.Must(template.New("driver").Parse(driverText))

// older is a side whose clients are not such as the driver calls.
func older(why string) error {
	return fmt.Errorf("is older than the clients that the comparison can call (%s)", why)
}

// documented are the requests that the document of a generated client shows.
func documented(provider string, generated *yaml.Node) ([]shot, error) {
	doc, err := example.New(provider, generated)
	if err != nil {
		return nil, err
	}
	var all []shot
	for _, op := range doc.Operations {
		one := shot{Method: op.Method, Path: op.Path, Provider: provider, Operation: op.ID, InPath: op.PathParameters()}
		for _, p := range op.Parameters {
			if p.In != "path" {
				one.Beside = append(one.Beside, p.Name)
			}
		}
		add := func(id string, own map[string]string, body json.RawMessage) {
			one.ID, one.Params, one.Body = id, op.Samples(own), body
			all = append(all, one)
		}
		if !op.HasBody() {
			add(provider+"/"+op.ID, nil, nil)
		}
		for _, e := range doc.Entries {
			if e.Operation == op.ID && e.Direction == example.Request {
				add(e.ID, e.Parameters, e.Value)
			}
		}
	}
	return all, nil
}

// client is a generated client that the driver imports.
type client struct{ Name, Path string }

// clients are those of a side that have a document, and what is documented for them.
func clients(s *side, p *program) (all []client, shots []shot, err error) {
	for _, name := range slices.Sorted(maps.Keys(s.providers)) {
		folder := clientFolder(name)
		if why, fails := p.broken[folder]; fails {
			return nil, nil, fmt.Errorf("does not compile: %s", why)
		}
		generated := s.providers[name].generated
		if p.packages[folder] == nil || generated == nil {
			continue
		}
		for _, needed := range []string{"NewClientWithResponses", "WithHTTPClient"} {
			if p.packages[folder].Scope().Lookup(needed) == nil {
				return nil, nil, older(folder + " has no " + needed)
			}
		}
		requests, err := documented(name, generated)
		if err != nil {
			return nil, nil, fmt.Errorf("cannot send its documented requests: %s: %w", generatedFile(name), err)
		}
		all, shots = append(all, client{name, p.module + "/" + folder}), append(shots, requests...)
	}
	if len(all) == 0 {
		return nil, nil, older("there is no " + clientFolder("*") + " with a document")
	}
	return all, shots, nil
}

// shoot lets the clients of a side send every documented request: a small program is
// compiled within its module, without a file being put there, and run.
func shoot(ctx context.Context, s *side, p *program, temp string) ([]shot, error) {
	imports, all, err := clients(s, p)
	if err != nil {
		return nil, err
	}
	requests, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(temp, 0o755); err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := driver.Execute(&text, imports); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return nil, err
	}
	const pkg = "changesdriver"
	source, overlay, binary := filepath.Join(temp, "driver.go"), filepath.Join(temp, "overlay.json"), filepath.Join(temp, "driver")
	replace, _ := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, pkg, "main.go"): source}}) // of text alone
	if err := errors.Join(os.WriteFile(source, []byte(text.String()), 0o600), os.WriteFile(overlay, replace, 0o600)); err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", binary, "./"+pkg)
	build.Dir, build.Env = dir, goEnv(temp)
	if out, err := build.CombinedOutput(); err != nil {
		if _, why, found := strings.Cut(string(out), pkg+string(filepath.Separator)); found {
			return nil, older(withoutPaths(why, temp))
		}
		if ours := ofDriver.ReplaceAllString(string(out), "driver.go"); ours != string(out) {
			return nil, fmt.Errorf("cannot be driven: %s", withoutPaths(ours, dir))
		}
		return nil, fmt.Errorf("does not compile: %s", withoutPaths(string(out), dir))
	}
	run := exec.CommandContext(ctx, binary)
	run.Dir, run.Stdin = dir, bytes.NewReader(requests)
	out, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot send its documented requests: %w", err)
	}
	var outcomes []outcome
	if err := json.Unmarshal(out, &outcomes); err != nil {
		return nil, err
	}
	if len(outcomes) != len(all) {
		return nil, fmt.Errorf("cannot send its documented requests: the driver sent %d of %d", len(outcomes), len(all))
	}
	for i, o := range outcomes {
		all[i].outcome = o
	}
	return all, nil
}

// ofDriver is where the go command finds the driver, which is elsewhere each time.
var ofDriver = regexp.MustCompile(`\S*driver\.go`)

// shape compares what left the clients of both sides for the same documented
// request. What differs though the documents say the same is the generator's or our
// own doing.
func (r *report) shape(base, head []shot) {
	was := map[string]shot{}
	for _, s := range base {
		was[s.ID] = s
	}
	for _, is := range head {
		old, known := was[is.ID]
		if !known {
			continue // a new request has nothing to be compared with
		}
		faults := differ(old, is)
		if len(faults) == 0 {
			continue
		}
		provider, _, _ := strings.Cut(is.ID, "/")
		one := finding{Section: inShape, Level: breaking, Step: major, Of: provider, Rule: "sent-differently", Where: []string{is.ID}}
		if !documentedAlike(old, is) {
			one.Level, one.Step, one.Rule = look, patch, "sent-as-documented"
		}
		for _, f := range faults {
			one.Pointer = f.Pointer
			one.Text = fmt.Sprintf("sends at `%s` `%s`, and sent `%s`", f.Pointer, shorten(f.Got), shorten(f.Want))
			if one.Level == look {
				one.Text += ", as the documents changed"
			}
			r.add(one)
		}
	}
}

// documentedAlike says whether both were asked for the same.
func documentedAlike(a, b shot) bool {
	x, _ := json.Marshal([]any{a.Method, a.Path, a.Params, a.Body}) // of JSON alone
	y, _ := json.Marshal([]any{b.Method, b.Path, b.Params, b.Body})
	return string(x) == string(y)
}

// differ lists the differences of two requests by pointer, as the recordings do.
func differ(a, b shot) []example.Fault {
	if a.Sent == nil || b.Sent == nil {
		if a.Error == b.Error {
			return nil
		}
		return []example.Fault{{Pointer: "/", Want: becameOf(a), Got: becameOf(b)}}
	}
	faults := recording.Compare(a.Sent.request(), b.Sent.request())
	if len(faults) == 0 && a.Sent.Body != b.Sent.Body {
		faults = append(faults, example.Fault{Pointer: "/body", Want: a.Sent.Body, Got: b.Sent.Body})
	}
	return faults
}

func becameOf(s shot) string {
	if s.Sent != nil {
		return "a request"
	}
	return "no request: " + s.Error
}

func (s *sent) request() recording.Request {
	one := recording.Request{Method: s.Method, Header: map[string]string{}, Body: recording.Body(s.Body)}
	if u, err := url.Parse(s.URL); err == nil {
		one.Path, one.Query = u.Scheme+"://"+u.Host+u.EscapedPath(), recording.Query(u.Query())
	}
	for name, values := range s.Header {
		one.Header[name] = strings.Join(values, ", ")
	}
	return one
}
