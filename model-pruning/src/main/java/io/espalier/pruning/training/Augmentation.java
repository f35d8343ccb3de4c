package io.espalier.pruning.training;

/** How images are changed at random each time they are trained on. */
public enum Augmentation {
    NONE,
    /** Left and right change places half of the time. */
    MIRROR,
    /** Also moved by up to an eighth of their size, zeros filling in. */
    MIRROR_AND_SHIFT
}
