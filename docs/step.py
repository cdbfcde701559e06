# One training step of a 2-2-2 network in NumPy, written for  go run . -check step.npz
import numpy as np

sigmoid = lambda z: 1 / (1 + np.exp(-z))

X, Y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
W1, b1 = np.array([[0.15, 0.25], [0.20, 0.30]]), np.array([0.35, 0.35])
W2, b2 = np.array([[0.40, 0.50], [0.45, 0.55]]), np.array([0.60, 0.60])
rate, n = 0.5, len(X)

Z1 = X @ W1 + b1; A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2; A2 = sigmoid(Z2)
C = ((A2 - Y) ** 2).sum() / 2 / n

delta2 = (A2 - Y) * A2 * (1 - A2)
delta1 = (delta2 @ W2.T) * A1 * (1 - A1)
dW2, db2 = A1.T @ delta2 / n, delta2.mean(axis=0)
dW1, db1 = X.T @ delta1 / n, delta1.mean(axis=0)

np.savez("step.npz", activation="sigmoid", output="sigmoid", cost="mse", rate=rate, X=X, Y=Y, W1=W1, b1=b1, W2=W2, b2=b2,
         Z1=Z1, A1=A1, Z2=Z2, A2=A2, C=C, delta2=delta2, delta1=delta1, dW2=dW2, db2=db2, dW1=dW1, db1=db1,
         newW2=W2 - rate * dW2, newb2=b2 - rate * db2, newW1=W1 - rate * dW1, newb1=b1 - rate * db1)
