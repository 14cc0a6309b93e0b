module runner

go 1.24

require countersign/verify v0.0.0

replace countersign/verify => ../../../../clients/go/verify
