package main

import (
	"backprop/internal/compute/exact"
	"backprop/internal/run/recipes"
	"backprop/internal/run/settings"
	"backprop/internal/show/console"
)

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

type CostWord = settings.CostWord
type Printer = console.Printer
type Recipe = recipes.Recipe
type Schedule = settings.Schedule
type Settings = settings.Settings
type Usage = settings.UsageError
type Words = settings.Words
type progress = console.Progress

var costText = console.CostText
var mix = exact.Mix
var newProgress = console.NewProgress
var newSettings = settings.New
var normal = exact.Normal
var quiet = console.Quiet
var say = console.Say
var score = console.ScoreText
var stream = exact.Stream
var uniform = exact.Uniform
var wrongUsage = settings.Wrong
