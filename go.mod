module backprop

go 1.25
