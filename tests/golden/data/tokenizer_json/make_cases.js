// Writes cases.json: what huggingface/tokenizers makes of texts.json with each tokenizer file.
// usage: node make_cases.js OUT NAME=FILE...   (npm packages tokenizers 0.23.2, tokenizers-linux-x64-gnu 0.13.4-rc2)
const fs = require('fs');
const {Tokenizer} = require('tokenizers');

async function main() {
    const [out, ...files] = process.argv.slice(2);
    const texts = JSON.parse(fs.readFileSync(__dirname + '/texts.json', 'utf8'));
    const all = {};
    for (const file of files) {
        const [name, path] = file.split('=');
        const tokenizer = Tokenizer.fromFile(path);
        tokenizer.disablePadding();
        tokenizer.disableTruncation();
        all[name] = [];
        for (const text of texts) {
            const framed = (await tokenizer.encode(text)).getIds();
            const ids = (await tokenizer.encode(text, null, {addSpecialTokens: false})).getIds();
            all[name].push({framed, ids, decoded: await tokenizer.decode(ids, true)});
        }
    }
    const lines = Object.entries(all).map(([name, cases]) =>
        JSON.stringify(name) + ': [\n' + cases.map(c => JSON.stringify(c)).join(',\n') + ']');
    fs.writeFileSync(out, '{' + lines.join(',\n') + '}\n');
}

main();
