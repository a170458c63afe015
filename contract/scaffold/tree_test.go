package scaffold

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// root is that of the repository, as the tests here see it.
const root = "../.."

// tree has what the command looks at, without a Go command: of the standard library it knows
// a few packages, each document generates the same client, and everything compiles.
type tree struct {
	dir, stdout, stderr string
	// before is called with the arguments of each go command; an error is the command's.
	before   func(dir string, args []string) error
	commands []string
}

func newTree() *tree {
	GinkgoHelper()
	t := &tree{dir: GinkgoT().TempDir(), before: func(string, []string) error { return nil }}
	for _, file := range []string{"go.mod", listFile} {
		text, err := os.ReadFile(filepath.Join(root, file))
		Expect(err).NotTo(HaveOccurred())
		t.write(file, string(text))
	}
	for _, folder := range []string{"specs", "gen", "adapters", "contract/provider"} {
		Expect(os.MkdirAll(t.path(folder), 0o755)).To(Succeed())
	}
	Expect(os.Mkdir(t.path("specs/empty"), 0o755)).To(Succeed())
	t.write("specs/cmd/import/main.go", "package main\n")
	t.write("adapters/wire/wire.go", "package wire\n")
	t.write("contract/basket/basket.go", "package basket\n")
	t.write("contract/basket/testdata/acme/a.go", "package acme\n")
	t.write("document.yaml", published(""))
	return t
}

// published is a document with one operation, and with more members of the operation.
func published(more string) string {
	return `openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /checks:
    get:
      operationId: getCheck
` + more + `      responses:
        "200": {description: ok, content: {application/json: {schema: {type: object}, examples: {ok: {value: {}}}}}}
`
}

func (t *tree) path(name string) string { return filepath.Join(t.dir, name) }

func (t *tree) write(name, text string) string {
	GinkgoHelper()
	Expect(os.MkdirAll(filepath.Dir(t.path(name)), 0o755)).To(Succeed())
	Expect(os.WriteFile(t.path(name), []byte(text), 0o644)).To(Succeed())
	return t.path(name)
}

func (t *tree) read(name string) string {
	GinkgoHelper()
	text, err := os.ReadFile(t.path(name))
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

// output stands for the go command.
func (t *tree) output(_ context.Context, dir, _ string, args ...string) (string, error) {
	t.commands = append(t.commands, args[0])
	if err := t.before(dir, args); err != nil {
		return "", err
	}
	switch args[0] {
	case "list":
		return "fmt\nnet/http\ninternal/poll\n", nil
	case "generate":
		const client = `package a
type DoneJSONRequestBody = map[string]any
func (c *ClientWithResponses) GetCheckWithResponse() {}
func (c *ClientWithResponses) PostFormWithBodyWithResponse() {}
func (c *ClientWithResponses) PostFormWithResponse() {}
`
		return "", os.WriteFile(filepath.Join(dir, "client.gen.go"), []byte(client), 0o600)
	}
	return "", nil
}

func (t *tree) run(ctx context.Context, args ...string) int {
	var stdout, stderr bytes.Buffer
	status := run(ctx, t.output, append([]string{"-root", t.dir}, args...), &stdout, &stderr)
	t.stdout, t.stderr = stdout.String(), strings.ReplaceAll(stderr.String(), t.dir+"/", "")
	return status
}

// refuses runs the command, which must say want in one line, and leave every file and the
// temporary folder as they were.
func (t *tree) refuses(ctx context.Context, want string, args ...string) {
	GinkgoHelper()
	temporary := GinkgoT().TempDir()
	GinkgoT().Setenv("TMPDIR", temporary)
	before := t.files()
	Expect(t.run(ctx, args...)).To(Equal(2), t.stdout)
	Expect(t.stderr).To(HavePrefix("provider: " + want))
	Expect(t.stderr).To(HaveSuffix("; nothing was written\n"))
	Expect(t.stderr).NotTo(ContainSubstring(temporary))
	Expect(t.stdout).To(BeEmpty())
	Expect(t.files()).To(Equal(before))
	Expect(os.ReadDir(temporary)).To(BeEmpty())
}

// files are all below the tree, folders too, with what is in them.
func (t *tree) files() map[string]string {
	GinkgoHelper()
	found := map[string]string{}
	Expect(filepath.WalkDir(t.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		found[path] = ""
		if !entry.IsDir() {
			text, err := os.ReadFile(path)
			found[path] = string(text)
			return err
		}
		return nil
	})).To(Succeed())
	return found
}
