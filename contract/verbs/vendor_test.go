package verbs

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters"
	"example.com/digilocker/gen"
)

func sum(text []byte) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])
}

// A client that is copied and brought up to date in a folder that knows nothing of this tree.
func TestVendorAnywhere(t *testing.T) {
	folders, err := fs.Glob(gen.Files, "*api")
	if err != nil || len(folders) == 0 {
		t.Fatal(folders, err)
	}
	name, dir := strings.TrimSuffix(folders[0], "api"), t.TempDir()
	mod := "module shop.example/kyc\n\ngo 1.25\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "vendor", "-dest", "internal/api").want(t, usage,
		"vendor: say whose client with -provider; there is "+name)
	run(t, dir, "vendor", "-provider", "unlisted", "-dest", "internal/api").
		want(t, usage, "vendor: there is no provider \"unlisted\"; there is "+name)
	run(t, dir, "changes", "-copy", "internal/api").want(t, usage,
		"changes: -copy: there is no provenance.yaml in internal/api")
	run(t, dir, "changes").want(t, usage, "or, anywhere, -copy and the folder")
	run(t, dir, "changes", "HEAD").want(t, usage, "changes: this is the module shop.example/kyc; ",
		": digilocker changes -copy DIR\n")

	run(t, dir, "vendor", "-provider", name, "-dest", "internal/api", "-with", "wire").want(t, clean,
		name+"api: 8 of 8 files written to internal/api\n", "wire: ", "next: go get github.com/oapi-codegen/runtime")
	run(t, dir, "changes", "-copy", "internal/api").want(t, clean, "**Nothing changed** on the wire or in Go.")

	// As an older copy would have had it: with an operation that is no longer there.
	file := filepath.Join(dir, "internal/api/openapi.gen.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	document["paths"].(map[string]any)["/older"] = map[string]any{"get": map[string]any{"operationId": "older",
		"responses": map[string]any{"200": map[string]any{"description": "well"}}}}
	older, err := yaml.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, older, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "changes", "-copy", "internal/api").want(t, failed, "**Verdict: breaking.**", "api path removed",
		"(older)")
	run(t, dir, "vendor", "-dest", "internal/api").want(t, usage, "openapi.gen.yaml was edited since it was copied")
	// It is the copy's own sum that tells an edited file from an older one.
	p := filepath.Join(dir, "internal/api/provenance.yaml")
	said, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	was := strings.ReplaceAll(string(said), sum(text), sum(older))
	if err := os.WriteFile(p, []byte(was), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "vendor", "-dest", "internal/api", "-dry-run").want(t, failed, "api path removed",
		"would be written to internal/api\n")
	run(t, dir, "vendor", "-dest", "internal/api").want(t, clean, "api path removed",
		"api: 2 of 8 files written to internal/api\n")
	if now, err := os.ReadFile(file); err != nil || string(now) != string(text) {
		t.Error("it was not brought up to date", err)
	}
}

// What can be copied along is built in too.
func TestVendorWithAll(t *testing.T) {
	folders, err := fs.Glob(adapters.Files, "*/webhook")
	if err != nil || len(folders) == 0 {
		t.Fatal(folders, err)
	}
	for _, folder := range folders {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module shop.example/kyc\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "vendor", "-provider", path.Dir(folder), "-dest", "api", "-with", "wire,webhook").want(t,
			clean,
			"\nwire: ", "\nwebhook: ", "written to "+filepath.Join("api", "webhook"))
	}
}
