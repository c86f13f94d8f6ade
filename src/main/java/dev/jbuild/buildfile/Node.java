package dev.jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One logical line, split but not yet understood.
 *
 * @param keyword as written
 * @param args the arguments, where there is no {@code sub}
 * @param sub the instruction inside an ONBUILD
 * @param json whether the arguments were a JSON array
 * @param original the logical line with continuation lines joined
 */
record Node(
        String keyword,
        List<String> flags,
        List<String> args,
        Optional<Node> sub,
        boolean json,
        String original,
        List<Heredoc> heredocs,
        List<String> comments,
        SourceRange range) {
    Node {
        flags = List.copyOf(flags);
        args = List.copyOf(args);
        heredocs = List.copyOf(heredocs);
        comments = List.copyOf(comments);
    }

    /** The arguments; those of an ONBUILD are the words of the instruction in it. */
    List<String> words() {
        if (sub.isEmpty()) {
            return args;
        }
        List<String> words = new ArrayList<>();
        words.add(sub.get().keyword());
        words.addAll(sub.get().words());
        return words;
    }

    boolean canHaveHeredocs() {
        if (Text.lower(keyword).equals("onbuild") && sub.isPresent()) {
            return sub.get().takesHeredocs();
        }
        return takesHeredocs();
    }

    private boolean takesHeredocs() {
        return switch (Text.lower(keyword)) {
            case "add", "copy", "run" -> !json;
            default -> false;
        };
    }

    Node with(List<Heredoc> found, SourceRange where) {
        return new Node(keyword, flags, args, sub, json, original, found, comments, where);
    }
}
