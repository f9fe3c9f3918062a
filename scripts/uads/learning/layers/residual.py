"""Convolutions and residual blocks."""

from keras import layers
from keras.regularizers import L2


def convolution(x, filters: int, size: int, stride: int, weight_decay: float, name: str):
    """Apply a 2D convolution with bias, "same" padding and L2 weight decay."""
    return layers.Conv2D(filters, size, stride, padding="same", kernel_regularizer=L2(weight_decay), name=name)(x)


def residual_block(x, filters: int, stride: int, weight_decay: float, slope: float, name: str):
    """Apply a residual block with pre-activation (Wilkinghoff 2021, Table 1).

    Leaky ReLU - conv 3x3 - leaky ReLU - batch-norm - conv 3x3, added to the shortcut, followed by batch-norm.

    Parameters
    ----------
    x : tensor [n, height, width, channels]
    filters : int
    stride : int
        Stride of the first convolution. With 2, the shortcut is a 2x2 max-pool and a 1x1 convolution.
    weight_decay : float
        L2 penalty of all kernels.
    slope : float
        Negative slope of the leaky ReLU.
    name : str
        Prefix of the layer names.

    Returns
    -------
    tensor [n, ceil(height / stride), ceil(width / stride), filters]
    """
    inner = layers.LeakyReLU(slope, name=f"{name}_relu_1")(x)
    inner = convolution(inner, filters, 3, stride, weight_decay, f"{name}_conv_1")
    inner = layers.LeakyReLU(slope, name=f"{name}_relu_2")(inner)
    inner = layers.BatchNormalization(name=f"{name}_norm_1")(inner)
    inner = convolution(inner, filters, 3, 1, weight_decay, f"{name}_conv_2")
    if stride != 1:
        x = layers.MaxPooling2D(stride, padding="same", name=f"{name}_shortcut_pool")(x)
        x = convolution(x, filters, 1, 1, weight_decay, f"{name}_shortcut_conv")
    summed = layers.Add(name=f"{name}_add")([x, inner])
    return layers.BatchNormalization(name=f"{name}_norm_2")(summed)
