package changes

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/digilocker/contract/providers"
)

// What a report costs on two trees of which the clients and the adapters are alike, beside the
// comparison by oasdiff of the same documents.
func BenchmarkReport(b *testing.B) {
	both := func() (sides [2]*side) {
		for i := range sides {
			s, err := readSide("tree", os.DirFS(root))
			if err != nil {
				b.Fatal(err)
			}
			s.dir, sides[i] = root, s
		}
		return sides
	}
	b.Run("by=oasdiff", func(b *testing.B) {
		for b.Loop() {
			for _, p := range providers.All {
				read := func() (*openapi3.T, error) {
					return openapi3.NewLoader().LoadFromFile(filepath.Join(root, generatedFile(p.Name)))
				}
				if _, err := oasdiff(read, read); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("by=report", func(b *testing.B) {
		for b.Loop() {
			sides := both()
			r := compare(sides[0], sides[1], described(providers.All))
			r.built(b.Context(), sides[0], sides[1], b.TempDir())
			r.finish()
			if r.Verdict != "nothing changed" {
				b.Fatal(r.markdown())
			}
		}
	})
}
