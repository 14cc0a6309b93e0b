module countersign/languages

go 1.24.13

require github.com/dadrus/httpsig v0.9.0

require github.com/dunglas/httpsfv v1.1.0 // indirect
