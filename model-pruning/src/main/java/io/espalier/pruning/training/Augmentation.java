package io.espalier.pruning.training;

/** How images are changed at random each time they are trained on. */
public enum Augmentation {
    NONE,
    /** Moved by up to a sixteenth of their size, zeros filling in. */
    SHIFT,
    /** Left and right change places half of the time. */
    MIRROR,
    /** The former, and moved by up to an eighth of their size. */
    MIRROR_AND_SHIFT
}
