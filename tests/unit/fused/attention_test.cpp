// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/attention.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "each_target.hpp"
#include "random_rows.hpp"

using namespace nac::fw::fused;

namespace {

/// One sample and batch entry in double precision, from rows at `lane`.
struct Plain {
  const AttentionShape &s;
  int batch, lane, width;

  std::size_t at(const MatrixRows &rows, int i, int j) const {
    return static_cast<std::size_t>((batch * rows.batch + i * rows.row + j * rows.column) * width + lane);
  }
  std::vector<double> read(const AlignedFloats &data, const MatrixRows &rows, int m, int n) const {
    std::vector<double> all;
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < n; ++j) all.push_back(static_cast<double>(data[at(rows, i, j)]));
    return all;
  }
  double worst(const AlignedFloats &data, const MatrixRows &rows, int m, int n, const std::vector<double> &expected,
               const AlignedFloats *before = nullptr) const {
    double most = 0;
    for (int i = 0; i < m; ++i)
      for (int j = 0; j < n; ++j) {
        double e = expected[static_cast<std::size_t>(i * n + j)];
        if (before != nullptr) e += static_cast<double>((*before)[at(rows, i, j)]);
        most = std::max(most, std::abs(e - static_cast<double>(data[at(rows, i, j)])));
      }
    return most;
  }
};

/// a(m x k) b(k x n)
std::vector<double> times(const std::vector<double> &a, const std::vector<double> &b, int m, int k, int n) {
  std::vector<double> y(static_cast<std::size_t>(m * n));
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j)
      for (int t = 0; t < k; ++t)
        y[static_cast<std::size_t>(i * n + j)] +=
            a[static_cast<std::size_t>(i * k + t)] * b[static_cast<std::size_t>(t * n + j)];
  return y;
}

std::vector<double> turned(const std::vector<double> &a, int m, int n) {
  std::vector<double> t;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < m; ++i) t.push_back(a[static_cast<std::size_t>(i * n + j)]);
  return t;
}

void check(const AttentionShape &s, int width, bool add, Draw &draw) {
  CAPTURE(s.batches, s.queries, s.keys, s.depth, s.channels, width, add);
  const auto floats = [&](int rows) { return draw.floats(s.batches * rows * width, -1, 1); };
  const AlignedFloats q = floats(s.queries * s.depth), k = floats(s.depth * s.keys), v = floats(s.keys * s.channels),
                      dy = floats(s.queries * s.channels);
  AlignedFloats y(dy.size()), alone(dy.size()), kept(attention_rows(s) * static_cast<std::size_t>(width));
  attention(s, q.data(), k.data(), v.data(), y.data(), kept.data(), width);
  attention(s, q.data(), k.data(), v.data(), alone.data(), nullptr, width);
  CHECK(y == alone);
  const AlignedFloats dq0 = floats(s.queries * s.depth), dk0 = floats(s.depth * s.keys),
                      dv0 = floats(s.keys * s.channels);
  AlignedFloats dq = dq0, dk = dk0, dv = dv0, only_v = dv0;
  attention_gradient(s, y.data(), dy.data(), kept.data(), {nullptr, false}, {nullptr, false}, {only_v.data(), add},
                     width);
  attention_gradient(s, y.data(), dy.data(), kept.data(), {dq.data(), add}, {dk.data(), add}, {dv.data(), add}, width);
  CHECK(only_v == dv);
  double of_y = 0, of_gradients = 0;
  for (int batch = 0; batch < s.batches; ++batch)
    for (int lane = 0; lane < width; lane += 5) {
      const Plain plain{s, batch, lane, width};
      const std::vector<double> mq = plain.read(q, s.q, s.queries, s.depth), mk = plain.read(k, s.k, s.depth, s.keys),
                                mv = plain.read(v, s.v, s.keys, s.channels),
                                mdy = plain.read(dy, s.y, s.queries, s.channels);
      std::vector<double> p = times(mq, mk, s.queries, s.depth, s.keys);
      std::vector<double> dp = times(mdy, turned(mv, s.keys, s.channels), s.queries, s.channels, s.keys);
      for (int i = 0; i < s.queries; ++i) {
        double *row = p.data() + i * s.keys, *drow = dp.data() + i * s.keys, total = 0, sum = 0;
        for (int j = 0; j < s.keys; ++j) total += row[j] = std::exp(row[j]);
        for (int j = 0; j < s.keys; ++j) sum += drow[j] * (row[j] /= total);
        for (int j = 0; j < s.keys; ++j) drow[j] = row[j] * (drow[j] - sum);
      }
      of_y = std::max(of_y, plain.worst(y, s.y, s.queries, s.channels, times(p, mv, s.queries, s.keys, s.channels)));
      const auto gradient = [&](const AlignedFloats &data, const AlignedFloats &before, const MatrixRows &rows, int m,
                                int n, const std::vector<double> &expected) {
        of_gradients = std::max(of_gradients, plain.worst(data, rows, m, n, expected, add ? &before : nullptr));
      };
      gradient(dq, dq0, s.q, s.queries, s.depth, times(dp, turned(mk, s.depth, s.keys), s.queries, s.keys, s.depth));
      gradient(dk, dk0, s.k, s.depth, s.keys, times(turned(mq, s.queries, s.depth), dp, s.depth, s.queries, s.keys));
      gradient(dv, dv0, s.v, s.keys, s.channels,
               times(turned(p, s.queries, s.keys), mdy, s.keys, s.queries, s.channels));
    }
  CHECK(of_y < 2e-6);
  CHECK(of_gradients < 1e-5);
}

AttentionShape rows_of(int batches, int queries, int keys, int depth, int channels) {
  return {batches,
          queries,
          keys,
          depth,
          channels,
          {queries * depth, depth, 1},
          {depth * keys, keys, 1},
          {keys * channels, channels, 1},
          {queries * channels, channels, 1}};
}

}  // namespace

TEST_CASE("attention and its gradients agree with plain loops for all remainders") {
  each_target([] {
    Draw draw(1);
    for (const bool add : {false, true})
      for (int queries = 1; queries <= 18; queries += draw.whole(1, 3))
        check(rows_of(draw.whole(1, 2), queries, draw.whole(1, 13), draw.whole(1, 9), draw.whole(1, 7)), draw.width(),
              add, draw);
  });
}

TEST_CASE("attention over the pixels of an image, operands transposed in memory") {
  each_target([] {
    Draw draw(2);
    AttentionShape s = rows_of(1, 81, 81, 8, 5);
    s.q = {81 * 8, 1, 81};
    s.v = {81 * 5, 1, 81};
    s.y = {81 * 5, 1, 81};
    check(s, 32, false, draw);
  });
}

TEST_CASE("attention with scores far apart takes the largest alone, and a NaN stays with its query and sample") {
  each_target([] {
    const AttentionShape s = rows_of(1, 4, 5, 1, 1);
    const int width = 32;
    const auto row = [&](AlignedFloats &rows, int i) { return rows.data() + i * width; };
    AlignedFloats q(4 * width, 1), k(5 * width), v(5 * width), y(4 * width);
    const float scores[] = {-1e30F, -90, -100, -std::numeric_limits<float>::infinity(), 3e4F};
    for (int j = 0; j < 5; ++j)
      for (int lane = 0; lane < width; ++lane) {
        row(k, j)[lane] = scores[(j + lane) % 5];
        row(v, j)[lane] = static_cast<float>(j);
      }
    row(q, 1)[3] = std::nanf("");
    attention(s, q.data(), k.data(), v.data(), y.data(), nullptr, width);
    for (int lane = 0; lane < width; ++lane) {
      const auto largest = static_cast<float>((9 - lane % 5) % 5);
      CHECK(row(y, 0)[lane] == largest);
      CHECK((lane == 3 ? std::isnan(row(y, 1)[lane]) : row(y, 1)[lane] == largest));
      CHECK(row(y, 3)[lane] == largest);
    }
  });
}
