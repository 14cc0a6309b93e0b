// The command line of these clients.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: METHOD URL [BODY [HEADER…]]")
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(args[2])
	}
	req, err := http.NewRequest(args[0], args[1], body)
	if err != nil {
		return err
	}
	if len(args) > 2 {
		req.Header.Set("Content-Type", "application/json")
		for _, line := range args[3:] {
			name, value, _ := strings.Cut(line, ":")
			req.Header.Set(name, strings.TrimSpace(value))
		}
	}
	sign, err := keyFromEnv()
	if err != nil {
		return err
	}
	origin := req.URL.Scheme + "://" + req.URL.Host
	client := http.Client{Transport: NewTransport(origin, os.Getenv("SIGNING_KEY_ID"), sign)}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err = io.Copy(os.Stdout, res.Body); err == nil && res.StatusCode >= 400 {
		err = fmt.Errorf("%s", res.Status)
	}
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
