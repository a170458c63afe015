package release

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// git runs a git command. It takes no lock that it can do without: to look at a repository
// changes nothing of it, its index included.
func git(ctx context.Context, input string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks"}, args...)...)
	command.Stdin = strings.NewReader(input)
	out, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, strings.Join(strings.Fields(string(failed.Stderr)), " "))
	}
	return string(out), err
}
