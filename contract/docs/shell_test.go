//go:build e2e

package docs

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/eaadhaar/eaadhaartest"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/internal/goproxy"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/simulator"
)

// prologue is what a page's commands are run behind. A command of the tree is run in a copy of it; one that serves goes
// on behind the others, once it has said where, or where to go; curl fails where a server does.
const prologue = `set -euo pipefail -m
intree() { (cd "$TREE" && unset GOPROXY GOMODCACHE GOSUMDB GONOPROXY GOFLAGS && command "$@"); }
make() { intree make "$@"; }
go() { case "$*" in "run ./"*) intree go "$@" ;; *) command go "$@" ;; esac; }
serve() {
  rm -f served
  tail -f /dev/null | "$@" >served 2>&1 & # somebody sits there, and types nothing
  until grep -qs 'https*://' served; do
    kill -0 $! || { cat served; exit 1; }
    sleep 0.1
  done
}
trap 'for job in $(jobs -p); do kill -- "-$job"; done' EXIT
`

// epilogue compiles the Go that the page shows.
const epilogue = `
if [ -e go.mod ]; then go vet ./...; fi
`

var _ = Describe("The commands that the guides and the README show", Ordered, ContinueOnFailure, func() {
	var environment []string
	var tree string
	BeforeAll(func(ctx SpecContext) {
		published, err := filepath.Abs(root)
		Expect(err).NotTo(HaveOccurred())
		environment, err = goproxy.Serve(published, "v0.1.0", GinkgoT().TempDir())
		Expect(err).NotTo(HaveOccurred())
		environment = append(environment, "GOPROXY="+behind(ctx, environment))
		tree = filepath.Join(GinkgoT().TempDir(), "tree")
		said, err := exec.CommandContext(ctx, "git", "clone", "-q", published, tree).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(said))
		document, err := os.ReadFile(filepath.Join(root, ".ci/guide/acme.yaml"))
		Expect(err).NotTo(HaveOccurred())
		Expect(os.WriteFile(filepath.Join(tree, "document.yaml"), document, 0o600)).To(Succeed())
		environment = append(environment, "TREE="+tree)

		curl := GinkgoT().TempDir()
		Expect(os.WriteFile(filepath.Join(curl, ".curlrc"), []byte("fail\n"), 0o600)).To(Succeed())
		environment = append(environment, "CURL_HOME="+curl)

		sim, err := simulator.New(simulator.Options{}, providers.Simulated()...)
		Expect(err).NotTo(HaveOccurred())
		sandbox := httptest.NewTLSServer(sim)
		DeferCleanup(func() { sim.Close(); sandbox.Close() })
		environment = append(environment, "SSL_CERT_FILE="+calls.Trusted(sandbox), "SPACING=0s")
		for _, p := range providers.All {
			if p.Account != nil {
				environment = append(environment, strings.ToUpper(p.Name)+"_BASE_URL="+sandbox.URL+"/"+p.Name)
			}
		}
	})

	all, err := pages()
	if err != nil {
		panic(err)
	}
	byName := map[string]page{}
	for _, p := range all {
		byName[p.name] = p
	}
	for _, p := range all {
		script, err := p.script()
		if err != nil {
			panic(err)
		}
		if script == "" {
			continue
		}
		It("run: "+p.name, func(ctx SpecContext) {
			folder := filepath.Join(GinkgoT().TempDir(), "own")
			Expect(os.Mkdir(folder, 0o755)).To(Succeed())
			// A clone lies beside it.
			Expect(os.Symlink(tree, filepath.Join(filepath.Dir(folder), "digilocker"))).To(Succeed())
			chain := []page{p}
			if before := p.follows(); before != "" {
				Expect(byName).To(HaveKey(before))
				chain = []page{byName[before], p}
			}
			for _, p := range chain {
				run(ctx, p, folder, environment)
			}
		}, NodeTimeout(30*time.Minute))
	}
})

// behind is the GOPROXY of that environment, and behind it the machine's own, for what a page requires and this
// repository does not.
func behind(ctx context.Context, environment []string) string {
	GinkgoHelper()
	own, err := exec.CommandContext(ctx, "go", "env", "GOPROXY").Output()
	Expect(err).NotTo(HaveOccurred())
	for _, line := range environment {
		if served, is := strings.CutPrefix(line, "GOPROXY="); is {
			return served + "," + strings.TrimSpace(string(own))
		}
	}
	Fail("no GOPROXY is served")
	return ""
}

// run runs the commands of a page in the folder, with the files that the page shows and those that a reader has.
func run(ctx context.Context, p page, folder string, environment []string) {
	GinkgoHelper()
	files, err := p.reader(ctx)
	Expect(err).NotTo(HaveOccurred())
	for _, b := range p.blocks {
		if b.file != "" {
			files[filepath.Base(b.file)] = []byte(strings.Join(b.lines, "\n") + "\n")
		}
	}
	for name, text := range files {
		Expect(os.WriteFile(filepath.Join(folder, name), text, 0o600)).To(Succeed())
	}
	script, err := p.script()
	Expect(err).NotTo(HaveOccurred())
	c := exec.CommandContext(ctx, "bash", "-c", prologue+script+epilogue)
	c.Dir, c.Env, c.WaitDelay = folder, append(os.Environ(), environment...), time.Second
	var said bytes.Buffer
	both := io.MultiWriter(&said, GinkgoWriter)
	c.Stdout, c.Stderr = both, both
	Expect(c.Run()).To(Succeed(), "%s\n%s\n%s", p.name, script, &said)
}

// reader are the files that the reader of the page has already.
func (p page) reader(ctx context.Context) (map[string][]byte, error) {
	signer, err := eaadhaartest.NewSigner()
	if err != nil {
		return nil, err
	}
	switch p.name {
	case readme:
		goes, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.GoVersion}}").Output()
		_, rest, _ := strings.Cut(p.text, "with a first import of `")
		imported, _, _ := strings.Cut(rest, "`")
		return map[string][]byte{
			"go.mod":  []byte("module shop.example/kyc\n\ngo " + string(goes)),
			"main.go": []byte("package main\n\nimport _ \"" + imported + "\"\n\nfunc main() {}\n"),
		}, err
	case "contract/docs/service.md":
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signer.Certificate.Raw})
		return map[string][]byte{"signer.pem": certificate}, nil
	case "contract/docs/anchor.md": // whose program writes this, once its user is back
		xml, err := signer.Sign([]byte(`<Certificate type="PANCR" number="AAAPA0000A" status="A"><IssuedTo>` +
			`<Person name="Nobody Invented"/></IssuedTo>` +
			`<CertificateData><PAN num="AAAPA0000A"/></CertificateData></Certificate>`))
		return map[string][]byte{"document.xml": xml}, err
	}
	return map[string][]byte{}, nil
}

// follows is the page in whose folder the commands of this one are run; "" for a folder of its own.
func (p page) follows() string {
	_, rest, found := strings.Cut(p.text, "<!-- follows: ")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, " ")
	return "contract/docs/" + name
}

// script are the commands of the page that no other script runs; "" if there are none.
func (p page) script() (string, error) {
	var all strings.Builder
	for _, b := range p.blocks {
		if b.language != "sh" {
			continue
		}
		for _, command := range b.commands() {
			if _, found := elsewhere[plain(command)]; found {
				continue
			}
			filled, err := fill(command)
			if err != nil {
				return "", fmt.Errorf("%s: %w", b.at(), err)
			}
			if serves(plain(command)) {
				filled = "serve " + filled
			}
			all.WriteString(filled + "\n")
		}
	}
	return all.String(), nil
}

// serves says whether a command goes on until it is interrupted.
func serves(command string) bool {
	return command == "go run ." || strings.HasSuffix(command, " simulator") || strings.HasSuffix(command, " shop")
}

// fill writes into a command what only its reader knows: "NAME=..." is a variable of an account.
func fill(command string) (string, error) {
	values := provider.Values{}
	for _, p := range providers.All {
		if p.Account != nil {
			maps.Copy(values, p.Account.Environment())
		}
	}
	words := strings.Split(command, " ")
	for i, word := range words {
		name, found := strings.CutSuffix(word, "=...")
		if !found {
			continue
		}
		value := values[name]
		if value == "" {
			return "", fmt.Errorf("no account has a variable %s", name)
		}
		words[i] = fmt.Sprintf("%s='%s'", name, value)
	}
	return strings.Join(words, " "), nil
}
