package io.espalier.pruning.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the listing of a folder and that of an archive have in common. */
final class TreeListing {
    private TreeListing() {}

    static boolean isHidden(String path) {
        return path.startsWith(".") || path.contains("/.") || path.startsWith("__MACOSX/");
    }

    /** The folder all paths lie in, with a closing slash, or nothing; {@code train/} and {@code test/} never count. */
    static String commonFolder(Collection<String> paths) {
        String common = null;
        for (String path : paths) {
            int slash = path.indexOf('/');
            String first = slash < 0 ? "" : path.substring(0, slash + 1);
            if (first.isEmpty() || (common != null && !common.equals(first))) {
                return "";
            }
            common = first;
        }
        return common == null || ImageFolder.isSplitName(common.substring(0, common.length() - 1)) ? "" : common;
    }

    /** Paths without their common folder, mapped to the paths as they are. */
    static SortedMap<String, String> relative(Collection<String> paths) {
        SortedMap<String, String> result = new TreeMap<>();
        String common = commonFolder(paths);
        for (String path : paths) {
            result.put(path.substring(common.length()), path);
        }
        return result;
    }

    /** Those of the folders that lie within the common folder of the files, relative to it. */
    static List<String> relativeFolders(Collection<String> folders, Collection<String> files) {
        String common = commonFolder(files);
        return folders.stream()
                .filter(folder -> folder.startsWith(common))
                .map(folder -> folder.substring(common.length()))
                .toList();
    }

    static String fingerprint(Map<String, String> fingerprintByPath) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            fingerprintByPath.forEach((path, fingerprint) ->
                    sha256.update((path + '\0' + fingerprint + '\n').getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
