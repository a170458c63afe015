package changes

import (
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

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording"
)

// shot is a documented request and what the client made of it.
type shot struct {
	ID string `json:"id"`
	// Method, Path, Params and Body are what is documented.
	Method string                     `json:"method"`
	Path   string                     `json:"path"`
	Params map[string]json.RawMessage `json:"params"`
	Body   json.RawMessage            `json:"body"`
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

// older is a side from before what the driver is made of, or from long after.
func older(why string) error {
	return fmt.Errorf("is older than contract/judge and contract/example as the comparison needs them (%s)", why)
}

// shoot lets the clients of a side send every documented request: a small program is
// compiled within its module, without a file being put there, and run.
func shoot(ctx context.Context, s *side, p *program, temp string) ([]shot, error) {
	for _, needed := range []string{"contract/judge", "contract/example"} {
		if _, err := os.Stat(filepath.Join(s.dir, needed)); err != nil {
			return nil, older("there is no " + needed)
		}
	}
	var providers []string
	for _, name := range slices.Sorted(maps.Keys(s.providers)) {
		folder := "gen/" + name + "api"
		if why, fails := p.broken[folder]; fails {
			return nil, fmt.Errorf("does not compile: %s", why)
		}
		if p.packages[folder] != nil {
			providers = append(providers, name)
		}
	}
	if err := os.MkdirAll(temp, 0o755); err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := driver.Execute(&text, map[string]any{"Module": p.module, "Providers": providers}); err != nil {
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
	shots := exec.CommandContext(ctx, binary)
	shots.Dir = dir
	out, err := shots.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot send its documented requests: %w", err)
	}
	var all []shot
	return all, json.Unmarshal(out, &all)
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
		return []example.Fault{{Pointer: "/", Want: outcome(a), Got: outcome(b)}}
	}
	faults := recording.Compare(a.Sent.request(), b.Sent.request())
	if len(faults) == 0 && a.Sent.Body != b.Sent.Body {
		faults = append(faults, example.Fault{Pointer: "/body", Want: a.Sent.Body, Got: b.Sent.Body})
	}
	return faults
}

func outcome(s shot) string {
	if s.Sent != nil {
		return "a request"
	}
	return "no request: " + s.Error
}

func (s *sent) request() recording.Request {
	one := recording.Request{Method: s.Method, Header: map[string]string{}, Body: recording.Body(s.Body)}
	if u, err := url.Parse(s.URL); err == nil {
		one.Path, one.Query = u.Scheme+"://"+u.Host+u.EscapedPath(), u.Query()
	}
	for name, values := range s.Header {
		one.Header[name] = strings.Join(values, ", ")
	}
	return one
}
