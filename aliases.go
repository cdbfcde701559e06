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

type Printer = console.Printer
type Recipe = recipes.Recipe
type progress = console.Progress

var costText = console.CostText
var newProgress = console.NewProgress
var normal = exact.Normal
var quiet = console.Quiet
var say = console.Say
var score = console.ScoreText
var stream = exact.Stream
var uniform = exact.Uniform

type CostWord = settings.CostWord
type Schedule = settings.Schedule
type Settings = settings.Settings
type Task = settings.Task
type Usage = settings.UsageError
type Words = settings.Words

var mix = exact.Mix
var newSettings = settings.New
var sweepFiles = settings.SweepFiles
var wrongUsage = settings.Wrong
