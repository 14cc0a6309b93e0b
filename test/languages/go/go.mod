module countersign/languages

go 1.24.13

require (
	github.com/common-fate/httpsig v0.2.1
	github.com/dadrus/httpsig v0.9.0
	github.com/remitly-oss/httpsig-go v1.2.0
)

require github.com/dunglas/httpsfv v1.1.0 // indirect
