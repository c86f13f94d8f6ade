package dev.jbuild.sandbox.cdi;

import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML. The library for it is loaded with this class, which only specs in YAML need. */
final class YamlText {
    private YamlText() {}

    /** Returns maps, lists, texts, numbers and truth values. */
    static Object parse(String text) throws MalformedSpec {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        Yaml yaml =
                new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new WithoutDates());
        try {
            Object document = yaml.load(text);
            return document == null ? Map.of() : document;
        } catch (MarkedYAMLException e) {
            Mark at = e.getProblemMark();
            String where = at == null ? "" : " in line " + (at.getLine() + 1) + ", column " + (at.getColumn() + 1);
            throw new MalformedSpec("it is no YAML" + where + ": " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new MalformedSpec("it is no YAML: " + e.getMessage(), e);
        }
    }

    /** What looks like a date is a text: no field is a date. */
    private static final class WithoutDates extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, regexp, first, limit);
            }
        }
    }
}
