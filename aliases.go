package main

import "backprop/internal/compute/exact"

const purposeAugment = exact.ForAugment
const purposeCheck = exact.ForCheck
const purposeDropout = exact.ForDropout
const purposeFolds = exact.ForFolds
const purposeImportance = exact.ForImportance
const purposeInit = exact.ForInit
const purposeRecipe = exact.ForRecipe
const purposeShuffle = exact.ForShuffle
const purposeSplit = exact.ForSplit
const purposeSweep = exact.ForSweep

var normal = exact.Normal
var stream = exact.Stream
var uniform = exact.Uniform
