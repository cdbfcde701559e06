package main

import (
	"backprop/internal/run/recipes"
	"backprop/internal/show/console"
)

type Printer = console.Printer
type progress = console.Progress

var costText = console.CostText
var newProgress = console.NewProgress
var quiet = console.Quiet
var say = console.Say
var score = console.ScoreText

type Recipe = recipes.Recipe
