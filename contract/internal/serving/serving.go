// Package serving is what the commands have in common that serve until they are interrupted.
package serving

import (
	"fmt"
	"io"
	"net"
	"strconv"
)

// Address says why addr is no host and port to listen on, nil if it is. The example is one that is.
func Address(addr, example string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("-addr %s is no host and port, such as %s", addr, example)
	}
	return nil
}

// Say prints what a command says, such as where it serves, which nobody learns otherwise.
func Say(to io.Writer, format string, args ...any) error {
	if _, err := fmt.Fprintf(to, format, args...); err != nil {
		return fmt.Errorf("not all of the output was written: %w", err)
	}
	return nil
}
