package io.espalier.pruning.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Images sorted into one folder a class, under {@code train/} and {@code test/} where the split is given, else under
 * the root, where a fifth of each class is held out by seed. Classes are in alphabetical order. Without labels, images
 * may lie anywhere under {@code train/} and {@code test/}, or under the root.
 */
final class ImageFolder implements DatasetFormat {
    private static final List<String> TRAIN_NAMES = List.of("train", "training");
    private static final List<String> TEST_NAMES = List.of("test", "testing", "val", "valid", "validation");
    /** Stands for every class where there are none; no folder has this name. */
    private static final String ALL = "";

    @Override
    public boolean recognises(List<String> files) {
        return files.stream().anyMatch(ImageFolder::isImage);
    }

    static boolean isSplitName(String folder) {
        String name = folder.toLowerCase(Locale.ROOT);
        return TRAIN_NAMES.contains(name) || TEST_NAMES.contains(name);
    }

    @Override
    public Dataset read(FileTree files, DatasetOptions options) throws IOException {
        List<String> images =
                files.files().stream().filter(ImageFolder::isImage).toList();
        if (options.labelled()) {
            refuseEmptyClasses(files, images);
        }
        DecodedCache cache = new DecodedCache(options);
        Dataset cached = cache.find(files.fingerprint());
        if (cached != null) {
            return cached;
        }
        List<String> train = under(images, TRAIN_NAMES);
        List<String> test = List.of();
        for (int i = 0; i < TEST_NAMES.size() && test.isEmpty(); i++) {
            test = under(images, List.of(TEST_NAMES.get(i)));
        }
        if (train.isEmpty() && !test.isEmpty()) {
            throw new DatasetException(
                    files.name() + " has test images but none to train on: put those into train/<class>/");
        }
        if (test.isEmpty()) {
            Split split = Split.of(train.isEmpty() ? images : train, options);
            train = split.train();
            test = split.test();
        }
        List<String> classNames = options.labelled()
                ? train.stream().map(ImageFolder::className).distinct().sorted().toList()
                : List.of();
        ImageDecoder decoder = ImageDecoder.like(train.get(0), files, options);
        options.requireRoom(
                files.name(), (long) train.size() + test.size(), decoder.shape().values());
        Samples trainSamples = decoder.decode(train, labels(train, classNames));
        Samples testSamples = decoder.decode(test, labels(test, classNames));
        Dataset dataset = new Dataset(
                ContentDigest.of(classNames, trainSamples, testSamples), classNames, trainSamples, testSamples);
        cache.put(files.fingerprint(), dataset);
        return dataset;
    }

    /**
     * A class without images would vanish and all behind it would move up by one label, so it is refused. Outside of
     * {@code train/} and {@code test/} only a folder with nothing at all in it looks like a class.
     */
    private static void refuseEmptyClasses(FileTree files, List<String> images) {
        Set<String> filled = foldersAbove(images);
        Set<String> used = foldersAbove(files.files());
        for (String folder : files.folders()) {
            int slash = folder.indexOf('/');
            boolean inSplit = slash > 0 && isSplitName(folder.substring(0, slash));
            boolean isSplit = slash < 0 && isSplitName(folder);
            if (!isSplit && (inSplit ? !filled.contains(folder) : !used.contains(folder))) {
                throw new DatasetException("The class folder " + folder + " in " + files.name()
                        + " holds no image (.jpg, .jpeg, .png, .bmp): put images there, or remove the folder");
            }
        }
    }

    private static Set<String> foldersAbove(List<String> files) {
        Set<String> folders = new HashSet<>();
        for (String file : files) {
            for (int slash = file.lastIndexOf('/'); slash > 0; slash = file.lastIndexOf('/', slash - 1)) {
                folders.add(file.substring(0, slash));
            }
        }
        return folders;
    }

    private static int[] labels(List<String> images, List<String> classNames) {
        if (classNames.isEmpty()) {
            return Samples.noLabels(images.size());
        }
        int[] labels = new int[images.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = classNames.indexOf(className(images.get(i)));
            if (labels[i] < 0) {
                throw new DatasetException(images.get(i) + " belongs to the class '" + className(images.get(i))
                        + "', which has no training images: add some under train/" + className(images.get(i)));
            }
        }
        return labels;
    }

    private static List<String> under(List<String> images, List<String> folders) {
        return images.stream()
                .filter(image -> folders.contains(
                        image.substring(0, Math.max(0, image.indexOf('/'))).toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** The folder the image lies in. */
    private static String className(String image) {
        String[] parts = image.split("/");
        if (parts.length < 2 || (parts.length == 2 && isSplitName(parts[0]))) {
            throw new LabelException(
                    image + " lies in no class folder: images go into <class>/ or train/<class>/ and test/<class>/");
        }
        return parts[parts.length - 2];
    }

    private static boolean isImage(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png") || name.endsWith(".bmp");
    }

    /** Four fifths of each class to train on, one to test; without labels, of all. */
    private record Split(List<String> train, List<String> test) {
        static Split of(List<String> images, DatasetOptions options) {
            SortedMap<String, List<String>> byClass = new TreeMap<>();
            images.forEach(image -> byClass.computeIfAbsent(
                            options.labelled() ? className(image) : ALL, key -> new ArrayList<>())
                    .add(image));
            List<String> train = new ArrayList<>();
            List<String> test = new ArrayList<>();
            byClass.forEach((name, members) -> {
                if (members.size() < 2) {
                    String what = name.equals(ALL) ? "The data set" : "The class '" + name + "'";
                    throw new DatasetException(what + " has one image only: at least two are needed, one to train on"
                            + " and one to test");
                }
                int held = Math.max(1, members.size() / 5);
                int[] order = Samples.shuffled(members.size(), options.splitSeed());
                for (int i = 0; i < order.length; i++) {
                    (i < held ? test : train).add(members.get(order[i]));
                }
            });
            return new Split(train, test);
        }
    }
}
