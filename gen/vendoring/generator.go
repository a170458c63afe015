package vendoring

import (
	"fmt"
	"regexp"

	"golang.org/x/mod/semver"
)

// LeastGenerator is the oldest version of oapi-codegen that writes a client from what is copied:
// v2.8.0 does not know allow-remote-refs-from of cfg.yaml, by which nothing is read from elsewhere.
const LeastGenerator = "v2.8.1"

// The modules that a client has to do with.
const (
	generatorModule = "github.com/oapi-codegen/oapi-codegen/v2"
	runtimeModule   = "github.com/oapi-codegen/runtime"
)

// tool is the generator that go.mod around the copy names.
const tool = "tool"

// pinned is how generate.go calls the generator.
var pinned = regexp.MustCompile(
	`(?m)^(//go:generate )go run ` + regexp.QuoteMeta(generatorModule) + `/cmd/oapi-codegen@(v\S+)`)

// calling is a generate.go that calls that generator.
func calling(text []byte, generator string) []byte {
	if generator == tool {
		return pinned.ReplaceAll(text, []byte("${1}go tool oapi-codegen"))
	}
	return pinned.ReplaceAll(text, []byte("${1}go run "+generatorModule+"/cmd/oapi-codegen@"+generator))
}

// acceptable fails for a generator that cannot write the client, by what is known of it.
func acceptable(generator, tested string, around module) error {
	version, said := generator, ""
	if generator == tool {
		version = around.requires(generatorModule)
		if version == "" || !around.hasTool(generatorModule+"/cmd/oapi-codegen") {
			return fmt.Errorf("-generator tool: go.mod around -dest has no tool oapi-codegen: "+
				"go get -tool %s/cmd/oapi-codegen@%s", generatorModule, tested)
		}
		said = ", which is " + version + ","
	}
	switch {
	case !semver.IsValid(version):
		return fmt.Errorf("-generator %s is no version of oapi-codegen, such as %s, and not the word tool",
			version, tested)
	case semver.Major(version) != semver.Major(tested):
		return fmt.Errorf("-generator %s: %s of oapi-codegen writes another client than %s, which it is made for",
			generator, semver.Major(version), semver.Major(tested))
	case older(version, LeastGenerator):
		return fmt.Errorf("-generator %s is too old: %s is the oldest version of oapi-codegen that knows all of "+
			"cfg.yaml, and %s is tested; give one of them, or a newer one", generator+said, LeastGenerator, tested)
	}
	return nil
}

// older says whether a version is before another.
func older(version, than string) bool { return semver.Compare(version, than) < 0 }
