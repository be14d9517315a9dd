// SPDX-License-Identifier: Apache-2.0
#include "bragg/architecture.hpp"

namespace nac::bragg {
namespace {

/// Hands out layer names. BraggNN's files count modules, activations included: convolutions are cnn_layers.0, .2, .4
/// (the attention sits between 0 and 1) and linear layers dense_layers.0, .2, ...
class namer {
 public:
  explicit namer(naming scheme) : braggnn_(scheme == naming::braggnn) {}
  std::string projection() { return braggnn_ ? "cnn_layers.0" : "proj"; }
  std::string conv(std::size_t block, std::size_t layer) {
    return braggnn_ ? "cnn_layers." + std::to_string(2 * ++convs_) : place(block) + ".conv" + std::to_string(layer);
  }
  std::string conv_norm(std::size_t block, std::size_t layer) { return place(block) + ".norm" + std::to_string(layer); }
  /// part: query, key, value or out
  std::string attention(std::size_t block, const std::string &part) {
    if (!braggnn_) return place(block) + "." + part;
    return "nlb." + std::string(part == "query"   ? "theta_layer"
                                : part == "key"   ? "phi_layer"
                                : part == "value" ? "g_layer"
                                                  : "out_cnn");
  }
  std::string linear(std::size_t layer) {
    return braggnn_ ? "dense_layers." + std::to_string(2 * layer) : "fc" + std::to_string(layer);
  }
  std::string linear_norm(std::size_t layer) { return "fc_norm" + std::to_string(layer); }

 private:
  static std::string place(std::size_t block) { return "b" + std::to_string(block); }
  bool braggnn_;
  std::size_t convs_ = 0;
};

/// Non-local block (Wang et al. 2018, embedded Gaussian, as in BraggNN): softmax(theta^T phi) g over the pixels, no
/// division by sqrt(d), back to the channels of x by a 1x1 convolution, plus x.
nac_value attention(graph_builder &g, namer &names, std::size_t place, nac_value x, const block &b, float slope) {
  const std::vector<int64_t> shape = g.shape(x);
  const int64_t channels = shape.at(1), height = shape.at(2), width = shape.at(3), d = b.hidden;
  const auto pixels_last = [&](const char *part) {
    return g.reshape(g.conv2d(names.attention(place, part), x, d, 1), {d, height * width});
  };
  const nac_value query = g.transpose(pixels_last("query"), {0, 2, 1});  // [N, pixels, d]
  const nac_value key = pixels_last("key");                              // [N, d, pixels]
  const nac_value value = g.transpose(pixels_last("value"), {0, 2, 1});  // [N, pixels, d]
  const nac_value weights = g.node("Softmax", {g.node("MatMul", {query, key})}, {{"axis", int64_t{-1}}});
  const nac_value mixed = g.transpose(g.node("MatMul", {weights, value}), {0, 2, 1});  // [N, d, pixels]
  const nac_value back = g.conv2d(names.attention(place, "out"), g.reshape(mixed, {d, height, width}), channels, 1);
  return g.activate(b.skip_act, g.node("Add", {x, back}), slope);
}

}  // namespace

void build_network(const architecture &a, graph_builder &g) {
  namer names(a.names);
  nac_value x = g.conv2d(names.projection(), g.input("patch", {1, kSide, kSide}), a.projection, 3);
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    const block &b = a.blocks[i];
    if (b.kind == block_kind::attention) x = attention(g, names, i, x, b, a.slope);
    if (b.kind != block_kind::conv) continue;
    for (std::size_t j = 0; j < b.convs.size(); ++j) {
      const conv_layer &c = b.convs[j];
      x = g.conv2d(names.conv(i, j), x, c.out, c.kernel);
      if (c.normalization == norm::batch) x = g.batch_norm(names.conv_norm(i, j), x);
      x = g.activate(c.act, x, a.slope);
    }
  }
  x = g.flatten(x);
  for (std::size_t i = 0; i < a.mlp.size(); ++i) {
    const linear_layer &l = a.mlp[i];
    x = g.linear(names.linear(i), x, l.out);
    if (l.normalization == norm::batch) x = g.batch_norm(names.linear_norm(i), x);
    x = g.activate(l.act, x, a.slope);
  }
  g.output("position", x);
}

}  // namespace nac::bragg
