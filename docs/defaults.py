# How good are the program's defaults? Seventeen tables, ten folds each, the same rows for everybody:
#
#   go build -o backprop . && python3 docs/defaults.py ./backprop
#
# For each table: the mean accuracy over the folds (R² where a number is predicted) of this program, of scikit-learn's
# network, and of scikit-learn's linear model. All have their own defaults; scikit-learn's inputs are standardised.
# "behind" is how far the program is behind the better of the two, with the standard error of that difference.
import csv
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")  # MLPRegressor has not converged after its 200 epochs


def survey(rng, n=400):
    """Twelve answers from 1 to 5; whether somebody buys depends on all of them, and on chance."""
    q = rng.integers(1, 6, size=(n, 12))
    z = (q - 3) @ rng.normal(scale=0.4, size=12) - 0.5
    return q, np.where(rng.uniform(size=n) < 1 / (1 + np.exp(-z)), "buys", "leaves")


def customers(rng, n=1000):
    """A telecom's customers: months with it, monthly bill, sum of the bills, contract, line, six more words."""
    months, bill = rng.integers(1, 72, n), rng.normal(65, 30, n).clip(15, 130).round(2)
    contract, line = rng.integers(0, 3, n), rng.integers(0, 3, n)
    others = rng.choice(["yes", "no", "none"], size=(n, 6))
    z = 0.6 - 0.04 * months + 0.012 * (bill - 65) + 0.9 * (line == 1) - 1.4 * contract
    X = np.empty((n, 11), dtype=object)
    X[:, 0], X[:, 1], X[:, 2] = months, bill, (months * bill).round(2)
    X[:, 3], X[:, 4] = np.array(["month", "year", "two years"])[contract], np.array(["none", "fibre", "dsl"])[line]
    X[:, 5:] = others
    return X, np.where(rng.uniform(size=n) < 1 / (1 + np.exp(-z)), "yes", "no")


def houses(rng, n=600):
    """Prices: area and rooms, the age, the district as a word; a factor of chance of 15 %."""
    area, age = rng.uniform(40, 220, n).round(), rng.integers(0, 90, n)
    rooms = (area / 28 + rng.normal(size=n)).clip(1).round()
    district = rng.integers(0, 6, n)
    price = area * (2200 + 500 * district - 9 * age) * np.exp(0.15 * rng.normal(size=n))
    X = np.empty((n, 4), dtype=object)
    X[:, 0], X[:, 1], X[:, 2], X[:, 3] = area, rooms, age, np.array(list("ABCDEF"))[district]
    return X, price.round()


def names(data):
    return data.data, np.array([f"class {t}" for t in data.target])


def classes(X, y):
    return X, np.array([f"class {t:g}" for t in y])


TABLES = {
    "iris": lambda: names(datasets.load_iris()),
    "wine": lambda: names(datasets.load_wine()),
    "breast cancer": lambda: names(datasets.load_breast_cancer()),
    "digits, 8×8": lambda: names(datasets.load_digits()),
    "make_moons, noise 0.25": lambda: classes(*datasets.make_moons(400, noise=0.25, random_state=1)),
    "make_circles, noise 0.15": lambda: classes(*datasets.make_circles(400, noise=0.15, factor=0.5, random_state=1)),
    "make_classification, 3 classes": lambda: classes(*datasets.make_classification(
        600, 20, n_informative=6, n_classes=3, random_state=1)),
    "make_hastie_10_2": lambda: classes(*datasets.make_hastie_10_2(2000, random_state=1)),
    "survey": lambda: survey(np.random.default_rng(101)),
    "customers": lambda: customers(np.random.default_rng(102)),
    "diabetes (R²)": lambda: datasets.load_diabetes(return_X_y=True),
    "linnerud, weight (R²; 20 rows)": lambda: (datasets.load_linnerud().data, datasets.load_linnerud().target[:, 0]),
    "make_friedman1 (R²)": lambda: datasets.make_friedman1(500, noise=1, random_state=1),
    "make_friedman2 (R²)": lambda: datasets.make_friedman2(500, noise=30, random_state=1),
    "make_friedman3 (R²)": lambda: datasets.make_friedman3(500, noise=0.1, random_state=1),
    "make_regression (R²)": lambda: datasets.make_regression(300, 20, n_informative=10, noise=20, random_state=1),
    "houses (R²)": lambda: houses(np.random.default_rng(103)),
}


def write(file, X, y):
    with open(file, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow([f"x{j + 1}" for j in range(X.shape[1])] + ["label"])
        out.writerows([*row, t] for row, t in zip(X.tolist(), y.tolist()))


def program(exe, folder, X, y, train, test):
    """Train on the rows of train with the program's defaults, and return its answers for those of test."""
    write(folder / "train.csv", X[train], y[train])
    write(folder / "test.csv", X[test], y[test])
    regress = [] if isinstance(y[0], str) else ["-regress"]

    def run(*args):
        return subprocess.run([exe, *args], cwd=folder, check=True, capture_output=True, text=True).stdout

    (folder / "m.safetensors").unlink(missing_ok=True)
    run("-data", "train.csv", "-label", "label", "-test", "0", "-save", "m.safetensors", *regress)
    rows = [json.loads(line) for line in run("-load", "m.safetensors", "-predict", "test.csv", "-json").splitlines()]
    return np.array([row["predicted" if regress else "class"] for row in rows])


def scikit(model, X, y, train, test):
    words = [j for j in range(X.shape[1]) if isinstance(X[0, j], str)]
    numbers = [j for j in range(X.shape[1]) if j not in words]
    inputs = make_column_transformer((StandardScaler(), numbers), (OneHotEncoder(handle_unknown="ignore"), words))
    return make_pipeline(inputs, model).fit(X[train], y[train]).predict(X[test])


def judge(exe, folder, X, y):
    """The scores of this program, of scikit-learn's network and of the linear model: three lists, a score a fold."""
    if isinstance(y[0], str):
        folds, network, linear = StratifiedKFold(10, shuffle=True, random_state=0), MLPClassifier, LogisticRegression

        def score(test, answers):
            return np.mean(y[test] == answers)
    else:
        folds, network, linear = KFold(10, shuffle=True, random_state=0), MLPRegressor, LinearRegression

        def score(test, answers):  # the variance is that of all rows: a fold can be two rows
            return 1 - np.mean((y[test] - answers) ** 2) / y.var()
    scores = []
    for train, test in folds.split(X, y):
        answers = (program(exe, folder, X, y, train, test),
                   scikit(network(random_state=0), X, y, train, test),
                   scikit(linear(), X, y, train, test))
        scores.append([score(test, a) for a in answers])
    return np.array(scores).T


def main():
    exe = str(Path(sys.argv[1]).resolve())
    print("| table | this program | MLPClassifier, MLPRegressor | logistic, linear regression | behind |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in TABLES.items():
            ours, *theirs = judge(exe, Path(folder), *make())
            best = max(theirs, key=np.mean)
            behind, error = np.mean(best - ours), np.std(best - ours, ddof=1) / len(ours) ** 0.5
            cells = [f"{np.mean(s):.3f}" for s in (ours, *theirs)]
            row = f"| {name} | {' | '.join(cells)} | {behind:+.3f} ± {error:.3f} |"
            print(row.replace(" -", " −"), flush=True)


main()
