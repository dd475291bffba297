/* The baseline of time.h: quasi-Poisson regression by iteratively reweighted least squares, on at most six
 * terms. */
#include "analysis/time.h"
#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS_MOST = 6, ITERATIONS = 60, LEAST = 3, TREND_LEAST = 5 };

#define COUNT_MOST 1e15 /* squares of residuals stay finite */

static const double z = 2.5758293035489004; /* 99 of 100, two sides */

typedef struct model {
	bool   trend;
	int    waves;
	int    terms; /* constant, trend, a sine and a cosine a wave */
	size_t n, season;
	double beta[TERMS_MOST];
	double covariance[TERMS_MOST][TERMS_MOST]; /* without the dispersion */
	double dispersion;                         /* at least 1: never narrower than Poisson */
} model;

typedef struct fitting {
	const double *value;
	double       *weight, *mean;
} fitting;

static void terms_of(double x[TERMS_MOST], const model *m, size_t t)
{
	int k = 0;

	x[k++] = 1;
	if (m->trend)
		x[k++] =
		    m->n > 1 ? 2 * (double)t / (double)(m->n - 1) - 1 : 0; /* -1 to 1 keeps the matrix well scaled */
	for (int wave = 1; wave <= m->waves; wave++) {
		double angle = 2 * 3.14159265358979323846 * wave * (double)(t % m->season) / (double)m->season;
		x[k++] = sin(angle);
		x[k++] = cos(angle);
	}
}

/* Inverts a symmetric positive definite matrix by Gauss-Jordan without pivoting; false when it is not
 * definite. */
static bool invert(double out[TERMS_MOST][TERMS_MOST], double a[TERMS_MOST][TERMS_MOST], int n)
{
	double whole[TERMS_MOST];

	memset(out, 0, sizeof(double[TERMS_MOST][TERMS_MOST]));
	for (int i = 0; i < n; i++) {
		out[i][i] = 1;
		whole[i] = a[i][i];
	}
	for (int i = 0; i < n; i++) {
		double pivot = a[i][i];

		if (!(pivot > 1e-10 * whole[i])) /* what the terms before it leave of it */
			return false;
		for (int j = 0; j < n; j++) {
			a[i][j] /= pivot;
			out[i][j] /= pivot;
		}
		for (int row = 0; row < n; row++) {
			double by = a[row][i];

			for (int j = 0; row != i && j < n; j++) {
				a[row][j] -= by * a[i][j];
				out[row][j] -= by * out[i][j];
			}
		}
	}
	return true;
}

static double dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* One step of least squares on the working response; *moved is how far beta went. */
static bool improve(model *m, const fitting *f, double *moved)
{
	double a[TERMS_MOST][TERMS_MOST] = {{0}}, right[TERMS_MOST] = {0}, x[TERMS_MOST];

	for (size_t t = 0; t < m->n; t++) {
		double mean = f->mean[t], w = f->weight[t] * mean;
		double working = log(mean) + (f->value[t] - mean) / mean;

		terms_of(x, m, t);
		for (int i = 0; i < m->terms; i++) {
			right[i] += w * x[i] * working;
			for (int j = 0; j < m->terms; j++)
				a[i][j] += w * x[i] * x[j];
		}
	}
	if (!invert(m->covariance, a, m->terms))
		return false;
	*moved = 0;
	for (int i = 0; i < m->terms; i++) {
		double beta = dot(m->covariance[i], right, m->terms);
		*moved = fmax(*moved, fabs(beta - m->beta[i]));
		m->beta[i] = beta;
	}
	for (size_t t = 0; t < m->n; t++) {
		terms_of(x, m, t);
		double log_mean = dot(m->beta, x, m->terms);
		if (!(log_mean < 700))
			return false;
		f->mean[t] = exp(fmax(log_mean, -30));
	}
	return true;
}

static bool fit_once(model *m, const fitting *f)
{
	double moved = 1, chi = 0, used = 0;

	for (size_t t = 0; t < m->n; t++)
		f->mean[t] = f->value[t] + 0.5;
	for (int i = 0; i < ITERATIONS && moved > 1e-10; i++)
		if (!improve(m, f, &moved))
			return false;
	if (moved > 1e-6)
		return false;

	for (size_t t = 0; t < m->n; t++) {
		double residual = f->value[t] - f->mean[t];
		chi += f->weight[t] * residual * residual / f->mean[t];
		used += f->weight[t] > 0;
	}
	m->dispersion = used > m->terms ? fmax(1, chi / (used - m->terms)) : 1;
	return true;
}

/* Variance of the log of the mean at t, times the dispersion. */
static double spread(const model *m, size_t t)
{
	double x[TERMS_MOST], half[TERMS_MOST];

	terms_of(x, m, t);
	for (int i = 0; i < m->terms; i++)
		half[i] = dot(m->covariance[i], x, m->terms);
	return m->dispersion * dot(half, x, m->terms);
}

/* Farrington's down-weighting: steps that stand out count for less, the weights totalling n again. */
static void reweigh(const model *m, const fitting *f)
{
	double total = 0;

	for (size_t t = 0; t < m->n; t++) {
		double mean = f->mean[t], leverage = fmin(0.99, mean * spread(m, t) / m->dispersion);
		double anscombe = 1.5 * (pow(f->value[t], 2.0 / 3) * pow(mean, -1.0 / 6) - sqrt(mean));
		double s = anscombe / sqrt(m->dispersion * (1 - leverage));

		f->weight[t] = s > 1 ? 1 / (s * s) : 1;
		total += f->weight[t];
	}
	for (size_t t = 0; t < m->n; t++)
		f->weight[t] *= (double)m->n / total;
}

static bool fit(model *m, const fitting *f)
{
	m->terms = 1 + m->trend + 2 * m->waves;
	memset(m->beta, 0, sizeof m->beta);
	for (size_t t = 0; t < m->n; t++)
		f->weight[t] = 1;
	if (!fit_once(m, f))
		return false;
	reweigh(m, f);
	return fit_once(m, f);
}

/* The richest model that the series carries; a mean always can be. */
static bool choose(model *m, const fitting *f)
{
	size_t seasons = m->season > 2 ? m->n / m->season : 0;

	m->waves = seasons >= 3 && m->season > 4 ? 2 : seasons >= 2;
	for (; m->waves >= 0; m->waves--) {
		m->trend = m->n >= TREND_LEAST;
		if (m->trend && fit(m, f) && fabs(m->beta[1]) > 2 * sqrt(m->dispersion * m->covariance[1][1]))
			return true;
		m->trend = false;
		if (fit(m, f))
			return true;
	}
	return false;
}

static void put(const dj_baseline *out, size_t t, double value, double expected, double low, double high)
{
	if (out->expected)
		out->expected[t] = expected;
	if (out->low)
		out->low[t] = low;
	if (out->high)
		out->high[t] = high;
	if (out->unusual)
		out->unusual[t] = value < low || value > high;
}

/* The range is symmetric on the scale of the 2/3 power, where a Poisson count is nearly normal. */
static double bound(double mean, double tau, double side)
{
	double root = 1 + side * 2.0 / 3 * z * sqrt(tau / mean);

	return root > 0 ? mean * pow(root, 1.5) : 0;
}

static void tell(const dj_baseline *out, const model *m, const fitting *f)
{
	for (size_t t = 0; t < m->n; t++) {
		double mean = f->mean[t];
		double tau = m->dispersion + mean * spread(m, t); /* of a new count, and of the mean itself */

		put(out, t, f->value[t], mean, bound(mean, tau, -1), bound(mean, tau, 1));
	}
}

int dj_time_baseline(const dj_baseline *out, const double *value, size_t n, size_t season, dj_err *err)
{
	bool    all_zero = true;
	fitting f = {.value = value};
	model   m = {.n = n, .season = season ? season : 1};
	int     rc = DJ_OK;

	if (n < LEAST)
		return dj_fail(err, DJ_FAIL, "value: a baseline needs %d steps, got %zu", LEAST, n);
	for (size_t t = 0; t < n; t++) {
		if (!(value[t] >= 0 && value[t] <= COUNT_MOST))
			return dj_fail(err, DJ_FAIL, "value, row %zu: %g is no count (0 to 1e15)", t + 1, value[t]);
		all_zero = all_zero && value[t] == 0;
	}
	if (all_zero) {
		double mean = 1 / (double)n;
		for (size_t t = 0; t < n; t++)
			put(out, t, 0, 0, 0, bound(mean, 1 + mean, 1));
		return DJ_OK;
	}

	f.weight = dj_alloc_zero(n, sizeof *f.weight);
	f.mean = dj_alloc_zero(n, sizeof *f.mean);
	if (choose(&m, &f))
		tell(out, &m, &f);
	else
		rc = dj_fail(err, DJ_FAIL, "value: no baseline fits (are the numbers counts?)");
	free(f.weight);
	free(f.mean);
	return rc;
}
