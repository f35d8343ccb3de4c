package io.espalier.pruning.data;

import java.io.IOException;
import java.util.List;

/** One way to lay a data set out in files. */
interface DatasetFormat {
    boolean recognises(List<String> files);

    Dataset read(FileTree files, DatasetOptions options) throws IOException;
}
